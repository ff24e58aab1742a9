/** When a failed webhook is tried again, counted from the failed attempt (Standard Webhooks' recommended schedule). */
const secondsAfter = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** After this long without one success an endpoint is disabled. */
export const disableAfterMs = 5 * 86_400_000;

/**
 * Milliseconds until the next attempt after `attempts` failed ones, with up to 20 % jitter added so that a returning endpoint
 * isn't hit at once by all; undefined when the schedule is used up. `retryAfterMs` of the receiver is honoured if it is longer.
 */
export function retryDelayMs(attempts: number, jitter: number, retryAfterMs?: number): number | undefined {
  const seconds = secondsAfter[attempts - 1];
  if (seconds === undefined) return undefined;
  return Math.max(Math.round(seconds * 1000 * (1 + jitter * 0.2)), retryAfterMs ?? 0);
}
