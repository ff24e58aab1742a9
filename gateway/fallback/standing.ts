import type { AttemptRow, DeliveryRow, FallbackChainRow, MessageRow, Repositories } from '../store/port.ts';
import { decide } from './decide.ts';
import type { Verdict } from './decide.ts';
import type { FallbackOptions } from './options.ts';

/** A chain as the ledger has it now. */
export interface Seen {
  /** As the merchant sent it. */
  first: MessageRow;
  /** The way that is watched. */
  last: {
    message: MessageRow;
    delivery: DeliveryRow;
    /** How an attempt ended is not known: another one, which the platform takes for the same, is to say. */
    repeats: boolean;
  };
  verdict: Verdict;
}

/** Reads where a chain stands, and decides; undefined where there is nothing left to decide about. */
export async function see(
  read: Repositories,
  { registry }: Pick<FallbackOptions, 'registry'>,
  chain: FallbackChainRow,
  nowMs: number,
): Promise<Seen | undefined> {
  const messages = await Promise.all(chain.ways.map((id) => read.messages.byId(id)));
  const deliveries = await Promise.all(chain.ways.map((id) => read.deliveries.byMessage(id)));
  const [first, message, delivery] = [messages[0], messages.at(-1), deliveries.at(-1)];
  if (!first || first.extras?.removed || !message || !delivery) return undefined;
  const attempts = await read.deliveries.attemptsOf(message.id);
  const lastAttempt = attempts.at(-1);
  const isQueued = delivery.state === 'queued' || delivery.state === 'accepted';
  const repeats =
    isQueued &&
    registry.get(message.accountId)?.connector.manifest.idempotentSends === true &&
    attempts.some((one) => isUnknown(one, delivery));
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
      lastAttemptMs: lastAttempt?.startedAt,
      asked: delivery.inFlight && lastAttempt !== undefined && lastAttempt.endedAt !== null,
      repeats,
    },
  });
  return { first, last: { message, delivery, repeats }, verdict };
}

/** Only another attempt at the same part can tell, and only if the platform took or refused it for good. */
const isUnknown = ({ part, outcome }: AttemptRow, { partsSent }: DeliveryRow): boolean =>
  part === partsSent && outcome === 'uncertain';
