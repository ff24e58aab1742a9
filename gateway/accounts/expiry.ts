import type { AccountHealth, AccountProbe } from '../store/port.ts';
import type { Conditions } from './conditions.ts';
import { everyAccount } from './registry.ts';
import type { AccountRegistry } from './registry.ts';

/** How long before its credentials end an account is said to be expiring: time to get new ones, also over holidays. */
export const warnBeforeMs = 14 * 86_400_000;
/** An end that is later by less is the same end told a little otherwise, or the next of credentials that never last long: no news. */
const sameEndMs = 86_400_000;

/** How an account stands, in one word: what fails counts for more than what will. */
export type ShownState = AccountHealth['state'] | 'expiring';

export const shownState = ({ state, expiringMs }: AccountHealth): ShownState =>
  expiringMs !== undefined && state !== 'failing' ? 'expiring' : state;

/**
 * What is kept of a probe of the same credentials: an end that the platform didn't tell this time (it failed, or could not be asked) is
 * still the end.
 */
export const stillEnding = (before: AccountProbe | null, now: AccountProbe): AccountProbe =>
  now.expiresAtMs === undefined && before?.expiresAtMs !== undefined
    ? { ...now, expiresAtMs: before.expiresAtMs }
    : now;

/** What is to be done about the end of an account's credentials, as far as it is known. Pure. */
export function expiryTurn({
  endsMs,
  warnedOfMs,
  nowMs,
}: {
  endsMs: number | undefined;
  /** The end that the merchant was warned of last. */
  warnedOfMs: number | undefined;
  nowMs: number;
}): 'warn' | 'moved' | 'over' | undefined {
  const soon = endsMs !== undefined && endsMs - nowMs <= warnBeforeMs;
  if (!soon) return warnedOfMs === undefined ? undefined : 'over';
  if (warnedOfMs === undefined || endsMs - warnedOfMs > sameEndMs) return 'warn';
  return endsMs === warnedOfMs ? undefined : 'moved';
}

/** When the credentials of each active account end, in Unix seconds, where it is known. */
export const credentialEnds = (registry: AccountRegistry, conditions: Conditions): [string, number][] =>
  everyAccount(registry).flatMap(({ row }) => {
    const endsMs = conditions.get(row.id).probe?.expiresAtMs ?? undefined;
    return endsMs === undefined ? [] : [[row.id, Math.floor(endsMs / 1000)]];
  });
