import type { DeliveryRow, FallbackChainRow, MessageRow, Repositories } from '../store/port.ts';
import { decide } from './decide.ts';
import type { Verdict } from './decide.ts';

/** A chain as the ledger has it now. */
export interface Seen {
  /** As the merchant sent it. */
  first: MessageRow;
  /** The way that is watched. */
  last: { message: MessageRow; delivery: DeliveryRow };
  verdict: Verdict;
}

/** Reads where a chain stands, and decides; undefined where there is nothing left to decide about. */
export async function see(
  read: Repositories,
  chain: FallbackChainRow,
  nowMs: number,
): Promise<Seen | undefined> {
  const messages = await Promise.all(chain.ways.map((id) => read.messages.byId(id)));
  const deliveries = await Promise.all(chain.ways.map((id) => read.deliveries.byMessage(id)));
  const [first, message, delivery] = [messages[0], messages.at(-1), deliveries.at(-1)];
  if (!first || first.extras?.removed || !message || !delivery) return undefined;
  const lastAttempt = (await read.deliveries.attemptsOf(message.id)).at(-1);
  const verdict = decide({
    plan: chain.plan,
    step: chain.step,
    sinceMs: chain.since,
    expiresAtMs: chain.expiresAt,
    nowMs,
    earlier: deliveries.slice(0, -1).flatMap((one) => one?.state ?? []),
    delivery: {
      state: delivery.state,
      failure: delivery.failure,
      inFlight: delivery.inFlight,
      lastAttemptMs: delivery.attemptedAt ?? undefined,
      asked: delivery.inFlight && lastAttempt?.number === delivery.attempts,
      doubtful: delivery.doubtful,
    },
  });
  return { first, last: { message, delivery }, verdict };
}
