import { failure } from '../../protocol/failures.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import { moveDelivery } from '../ingest/receipts.ts';
import { Refusal } from '../problems.ts';
import type { Store } from '../store/port.ts';

/** Takes an outbound message back, for as long as nothing of it has gone out and no attempt runs. */
export async function cancelMessage(
  { store, clock, emit }: { store: Store; clock: Clock; emit: Emit },
  of: { merchantId: string; messageId: string },
): Promise<void> {
  await store.write(async (tx) => {
    const delivery = await tx.deliveries.byMessage(of.messageId);
    if (!delivery || delivery.merchantId !== of.merchantId)
      throw new Refusal('not_found', `There is no outbound message ${of.messageId}.`);
    if (delivery.state === 'cancelled') return;
    if (delivery.state !== 'queued' || delivery.inFlight || delivery.partsSent > 0)
      throw new Refusal(
        'conflict',
        `It is ${delivery.inFlight ? 'on its way' : delivery.state}: too late to take it back.`,
      );
    await moveDelivery(tx, { clock, emit }, delivery, 'cancelled', failure('cancelled'));
  });
}
