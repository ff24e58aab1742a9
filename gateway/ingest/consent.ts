import { isOptIn, isOptOut } from '../../protocol/adapt/index.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { MessageRow, Tx } from '../store/port.ts';

/** Opt-out words hold whatever else the message may mean, and for every address that the consumer has on this channel. */
export async function takeConsent(
  tx: Tx,
  { clock, emit }: { clock: Clock; emit: Emit },
  message: MessageRow,
  optedOutAt: number | null,
): Promise<void> {
  if (message.content.kind !== 'text' || message.extras?.automatic) return;
  const out = optedOutAt === null && isOptOut(message.content.text);
  const back = optedOutAt !== null && isOptIn(message.content.text);
  if (!out && !back) return;
  for (const row of await tx.directory.addressesOf(message.consumerId))
    if (row.channel === message.channel)
      await tx.directory.updateAddress(message.merchantId, row.address, {
        optedOutAt: out ? clock.now() : null,
      });
  const about = {
    merchantId: message.merchantId,
    conversationId: message.conversationId,
    messageId: message.id,
    channel: message.channel,
    accountId: message.accountId,
    direction: 'inbound' as const,
  };
  const data = { consumer_id: message.consumerId, address: message.address, message_id: message.id };
  if (out) await emit(tx, { ...about, type: 'consumer.opted_out', data: { ...data, via: 'message' } });
  else await emit(tx, { ...about, type: 'consumer.opted_in', data });
}
