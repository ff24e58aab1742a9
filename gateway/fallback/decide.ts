import type { DeliveryState } from '../../protocol/delivery.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { FallbackPlan, FallbackTerms } from '../store/port.ts';

/** How long an outcome that nobody knows may still become known. */
const giveUpMs = 24 * 3_600_000;
/** An attempt runs: its end is soon, and moves the delivery by itself in most cases. */
const attemptMs = 1000;

export interface Standing {
  plan: FallbackPlan;
  /** Steps taken or passed over. */
  step: number;
  sinceMs: number;
  expiresAtMs: number;
  nowMs: number;
  /** States of the ways before the last. */
  earlier: readonly DeliveryState[];
  /** Of the last way. */
  delivery: {
    state: DeliveryState;
    failure: Failure | null;
    inFlight: boolean;
    /** When its last attempt began; undefined: none was made. */
    lastAttemptMs?: number | undefined;
    /** How the last attempt ended is not known, and the platform is being asked. */
    asked: boolean;
    /** How an attempt ended is not known, and the platform de-duplicates: it is repeated until it is. */
    doubtful: boolean;
  };
}

/** Why the next way is taken: a failure code, or what was not reached in its time. */
export type Verdict =
  | { type: 'end'; why: 'reached' | 'cancelled' | 'expired' | 'exhausted' }
  /** Until a time, or until the delivery moves. */
  | { type: 'wait'; untilMs: number | null }
  | { type: 'take'; reason: string };

const rank: Partial<Record<DeliveryState, number>> = { sent: 1, delivered: 2, read: 3 };
const wanted = { sent: 1, delivered: 2, read: 3 } as const;

/** The terms of what would be taken next; undefined: the chain is at its end. */
export const termsOf = ({ steps, rest }: FallbackPlan, step: number): FallbackTerms | undefined =>
  steps[step] ?? rest;

/** Whether the last way of a chain does, or the next one is to be taken. Pure and total. */
export function decide({ plan, step, sinceMs, expiresAtMs, nowMs, earlier, delivery }: Standing): Verdict {
  const { state, failure } = delivery;
  const terms = termsOf(plan, step);
  if (state === 'cancelled') return { type: 'end', why: 'cancelled' };
  if (!terms) return { type: 'end', why: 'exhausted' };
  // an earlier way got there after all, late: nothing more is sent
  const late = earlier.some((one) => one !== 'sent' && (rank[one] ?? 0) >= wanted[terms.until]);
  if (late) return { type: 'end', why: 'reached' };
  if ((rank[state] ?? 0) >= wanted[terms.until]) {
    // what was only sent may still fail; what was delivered cannot
    if (state === 'sent' && nowMs < expiresAtMs) return { type: 'wait', untilMs: expiresAtMs };
    return { type: 'end', why: 'reached' };
  }
  if (nowMs >= expiresAtMs) return { type: 'end', why: 'expired' };
  const until = (atMs: number): Verdict => ({ type: 'wait', untilMs: Math.min(atMs, expiresAtMs) });
  const deadlineMs = sinceMs + terms.afterMs;
  switch (state) {
    case 'failed': {
      const knownAtMs = (delivery.lastAttemptMs ?? 0) + giveUpMs;
      if (failure?.code === 'outcome_unknown' && !terms.evenIfUncertain && nowMs < knownAtMs)
        return until(knownAtMs);
      return { type: 'take', reason: failure?.code ?? 'undelivered' };
    }
    case 'expired':
    case 'suppressed':
      return { type: 'take', reason: failure?.code ?? 'expired' };
    case 'uncertain':
      if (!terms.evenIfUncertain) return until(expiresAtMs);
      return nowMs < deadlineMs ? until(deadlineMs) : { type: 'take', reason: `not_${terms.until}` };
    case 'accepted':
    case 'queued':
      if (nowMs < deadlineMs) return until(deadlineMs);
      if (delivery.inFlight && !(delivery.asked && terms.evenIfUncertain)) return until(nowMs + attemptMs);
      // the end of the repeat moves it, and is looked at then
      if (delivery.doubtful && !terms.evenIfUncertain) return until(expiresAtMs);
      return { type: 'take', reason: `not_${terms.until}` };
    case 'sent':
    case 'delivered':
    case 'read':
      return nowMs < deadlineMs ? until(deadlineMs) : { type: 'take', reason: `not_${terms.until}` };
  }
}

const reach: readonly DeliveryState[] = ['read', 'delivered', 'sent'];

/** How far a message got by any of its ways; `queued` while one may still be taken or is on its way. */
export function outcomeOf(states: readonly DeliveryState[], pending: boolean): DeliveryState {
  const best = reach.find((state) => states.includes(state));
  if (best) return best;
  const open = states.find((state) => state === 'queued' || state === 'accepted');
  if (pending || open) return 'queued';
  return states.includes('uncertain') ? 'uncertain' : (states.at(-1) ?? 'queued');
}
