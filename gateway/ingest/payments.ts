import type { Accepted, InboundPayment } from '../../connectors/contract/index.ts';
import { paymentMayFollow } from '../../protocol/payments.ts';
import type { Tx } from '../store/port.ts';
import type { AcceptOptions, From } from './accept-options.ts';
import { findMessage, threadOf } from './thread.ts';

/** How a payment stands, stated once per change: a notice repeated, or older than what is known, changes nothing. */
export async function takePayment(
  tx: Tx,
  options: AcceptOptions,
  { live, traceparent }: From,
  item: InboundPayment,
): Promise<Accepted> {
  const { row: account } = live;
  const known = await tx.payments.byProvider(account.id, item.providerId);
  if (!paymentMayFollow(known?.state, item.state)) return { duplicate: true };
  const now = options.clock.now();
  const { conversation } = await threadOf(tx, options, account, item.sender);
  const request =
    item.reference === undefined ? undefined : await tx.payments.request(conversation.id, item.reference);
  const messageId =
    request?.id ?? (item.replyTo === undefined ? undefined : await findMessage(tx, account.id, item.replyTo));
  await tx.payments.put({
    accountId: account.id,
    providerId: item.providerId,
    state: item.state,
    updatedAt: now,
  });
  await options.emit(tx, {
    type: 'payment.updated',
    merchantId: account.merchantId,
    conversationId: conversation.id,
    messageId,
    channel: account.channel,
    accountId: account.id,
    direction: 'inbound',
    traceparent,
    data: {
      message_id: messageId,
      conversation_id: conversation.id,
      consumer_id: conversation.consumerId,
      payment_id: item.providerId,
      reference: item.reference,
      state: item.state,
      previous: known?.state,
      amount: item.amount,
      occurred_at: new Date(item.atMs ?? now).toISOString(),
    },
  });
  return { duplicate: false };
}
