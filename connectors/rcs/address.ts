import { normaliseTel, telAddress } from '../kit/phone.ts';
import type { RcsConfig } from './manifest.ts';

/** People only: a short code or a name has no RCS. */
const ofPerson = (address: string | undefined): string | undefined =>
  address?.startsWith('tel:+') ? address : undefined;

export const normalise = (address: string, { country }: RcsConfig): string | undefined =>
  ofPerson(normaliseTel(address, country));

export const addressOf = (phone: string | undefined): string | undefined =>
  phone === undefined ? undefined : ofPerson(telAddress(phone, { international: true }));

/** The resource of a person: `phones/+33639980001`. */
export const phoneOf = (address: string): string => `phones/${address.slice('tel:'.length)}`;
