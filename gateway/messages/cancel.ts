import { failure } from '../../protocol/failures.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import { endChain } from '../fallback/take.ts';
import { moveDelivery } from '../ingest/receipts.ts';
import { Refusal } from '../problems.ts';
import type { DeliveryRow, Store, Tx } from '../store/port.ts';

interface CancelOptions {
  store: Store;
  clock: Clock;
  emit: Emit;
}

/**
 * Takes an outbound message back, for as long as nothing of it has gone out and no attempt runs; and its fallbacks, also where the
 * message itself has gone out: those that wait are not taken, and one that is queued is not sent.
 */
export async function cancelMessage(
  o: CancelOptions,
  of: { merchantId: string; messageId: string },
): Promise<void> {
  await o.store.write(async (tx) => {
    const delivery = await tx.deliveries.byMessage(of.messageId);
    if (!delivery || delivery.merchantId !== of.merchantId)
      throw new Refusal('not_found', `There is no outbound message ${of.messageId}.`);
    const stopped = await cancelFallbacks(tx, o, of.messageId);
    if (delivery.state === 'cancelled') return;
    if (await cancelDelivery(tx, o, delivery)) return;
    if (!stopped)
      throw new Refusal(
        'conflict',
        `It is ${delivery.inFlight || delivery.doubtful ? 'on its way' : delivery.state}: too late to take it back.`,
      );
  });
}

async function cancelDelivery(tx: Tx, o: CancelOptions, delivery: DeliveryRow): Promise<boolean> {
  const { state, inFlight, doubtful, partsSent } = delivery;
  if (state !== 'queued' || inFlight || doubtful || partsSent > 0) return false;
  return moveDelivery(tx, o, delivery, 'cancelled', failure('cancelled'));
}

/** Ends the chain that the message is a way of. Gives whether anything was still to come of it. */
async function cancelFallbacks(tx: Tx, o: CancelOptions, messageId: string): Promise<boolean> {
  const chainId = (await tx.messages.byId(messageId))?.extras?.chain;
  const chain = chainId === undefined ? undefined : await tx.fallbacks.byMessage(chainId);
  if (!chain) return false;
  let stopped = false;
  for (const id of chain.ways) {
    const delivery = id === messageId ? undefined : await tx.deliveries.byMessage(id);
    if (delivery && (await cancelDelivery(tx, o, delivery))) stopped = true;
  }
  if (chain.state === 'ended') return stopped;
  await endChain(tx, o, chain, { why: 'cancelled' });
  return true;
}
