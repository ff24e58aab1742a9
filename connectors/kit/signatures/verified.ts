/** Whether a platform really sent a request. The reason is for the trace: it names what is missing, never a value. */
export type Verified = { ok: true } | { ok: false; reason: string };

export const authentic: Verified = { ok: true };
export const refused = (reason: string): Verified => ({ ok: false, reason });

/** The receiver's clock, and how far a signed time may lie from it in either direction, in milliseconds. */
export interface Clock {
  nowMs: number;
  toleranceMs: number;
}

/** What most platforms that say something ask for: five minutes. */
export const fiveMinutesMs = 300_000;

/** Why a signed time (Unix seconds) cannot be relied on, or undefined if it can. */
export function staleness(
  seconds: string | number | undefined,
  { nowMs, toleranceMs }: Clock,
): string | undefined {
  if (seconds === undefined || seconds === '') return 'no signed time';
  if (!/^\d{1,12}$/.test(String(seconds))) return 'the signed time is no time';
  return Math.abs(nowMs - Number(seconds) * 1000) > toleranceMs
    ? 'the signed time is too far away'
    : undefined;
}
