import type { InquiryOutcome } from '../../connectors/contract/index.ts';
import { keyOf, sendTimeoutMs, startOf } from './attempt.ts';
import type { Turn } from './attempt.ts';
import type { DispatchOptions } from './options.ts';
import { settleInquiry } from './outcomes.ts';
import type { Next } from './outcomes.ts';

/**
 * Asks the platform what became of the attempt before, whose outcome is unknown. It is the part's turn, and the conversation waits:
 * what is sent again goes out in its place.
 */
export async function ask(o: DispatchOptions, turn: Turn, stop: AbortSignal): Promise<Next> {
  const { store, clock, emit } = o;
  const { delivery, live } = turn;
  const number = delivery.attempts;
  const startedAtMs = startOf(delivery);
  const answer = await inquire(o, turn, { sentAtMs: startedAtMs, stop });
  const asked = { live, delivery, part: delivery.partsSent, number, answer, startedAtMs };
  return store.write((tx) => settleInquiry(tx, { clock, emit }, asked));
}

async function inquire(
  o: DispatchOptions,
  { delivery, message, live }: Turn,
  { sentAtMs, stop }: { sentAtMs: number; stop: AbortSignal },
): Promise<InquiryOutcome> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(sendTimeoutMs)]);
  const request = {
    messageId: message.id,
    idempotencyKey: keyOf(delivery),
    address: message.address,
    sentAtMs,
  };
  try {
    const answer = await live.connector.inquire?.(request, live.account, { ...o.context, signal });
    return answer ?? { type: 'unknown' };
  } catch (error) {
    o.log.error('connector.inquire_threw', { error, connector: live.row.connector, accountId: live.row.id });
    return { type: 'unknown' };
  }
}
