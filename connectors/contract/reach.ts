import type { Failure } from '../../protocol/failures.ts';
import type { Account } from './account.ts';
import type { Context } from './host.ts';

/**
 * Asks the platform whether an account can reach an address now; nothing is sent, and the consumer notices nothing. The gateway asks before
 * it chooses among several ways to a consumer, waits 1.5 s, lets the call run for 8 s, and keeps the answer for an hour. Never throws.
 */
export type Reach<Config, Credentials> = (
  address: string,
  account: Account<Config, Credentials>,
  context: Context,
) => Promise<ReachOutcome>;

/**
 * What the platform says.
 * - `yes`: it would take a message for this address.
 * - `no`: it is sure that it would not, and why. Never for what is the account's own trouble: that is no word about the address.
 * - `unknown`: it cannot say, or cannot be asked now. Changes nothing.
 */
export type ReachOutcome = { type: 'yes' } | { type: 'no'; failure: Failure } | { type: 'unknown' };
