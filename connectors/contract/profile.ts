import type { Account } from './account.ts';
import type { Context } from './host.ts';

/**
 * Asks the platform who writes from an address, where what it says of messages has no name. The gateway asks in the background, after a
 * message of somebody without a name was taken in, for 8 s, once for each consumer and account. Never throws.
 */
export type ReadProfile<Config, Credentials> = (
  address: string,
  account: Account<Config, Credentials>,
  context: Context,
) => Promise<ProfileOutcome>;

/**
 * What the platform tells.
 * - `found`: `name` as the person shows it, not empty; `language` BCP 47, where the platform knows it.
 * - `none`: it tells this account nothing of them; asked again after a day at the earliest.
 * - `unknown`: it cannot be asked now; asked again after a pause that grows.
 */
export type ProfileOutcome =
  | { type: 'found'; name: string; language?: string }
  | { type: 'none' }
  | { type: 'unknown' };
