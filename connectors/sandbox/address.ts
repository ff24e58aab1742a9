import type { AddressBook } from '../contract/index.ts';
import type { Config } from './manifest.ts';

/** A name of a person who does not exist: a letter or digit, then up to 63 of letters, digits, `.`, `_`, `-`, `+`. */
export const consumerName = /^[a-z0-9][a-z0-9._+-]{0,63}$/;

export const addressOf = (name: string): string => `sandbox:${name}`;

export const addressBook: AddressBook<Config> = {
  normalise(address) {
    const name = /^sandbox:\s*(.*)$/i.exec(address)?.[1]?.toLowerCase();
    return name !== undefined && consumerName.test(name) ? addressOf(name) : undefined;
  },
};
