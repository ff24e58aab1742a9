import type { InboundReceipt } from '../../connectors/contract/index.ts';
import { combinedState, mayFollow } from '../../protocol/delivery.ts';
import type { DeliveryState } from '../../protocol/delivery.ts';
import type { Failure } from '../../protocol/failures.ts';
import { failure as failureOf } from '../../protocol/failures.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { DeliveryRow, SentPartRow, Standing, Tx } from '../store/port.ts';

export interface ReceiptOptions {
  clock: Clock;
  emit: Emit;
}

/** A watermark is about what went out since the one before, and no platform says it of more than what somebody has just seen. */
const messagesUpTo = 200;

/** Matches a receipt to the part it is about, or keeps it until the answer to the send lands. */
export async function takeReceipt(
  tx: Tx,
  options: ReceiptOptions,
  accountId: string,
  receipt: InboundReceipt,
): Promise<void> {
  if (receipt.upToMs !== undefined && receipt.address !== undefined) {
    const parts = await partsUpTo(tx, accountId, { address: receipt.address, upToMs: receipt.upToMs });
    for (const part of parts.toReversed()) await moveParts(tx, options, part, receipt.state, receipt.failure);
    return;
  }
  const part = await tx.receipts.partByProvider(accountId, receipt.providerIds);
  if (part) return moveParts(tx, options, part, receipt.state, receipt.failure);
  for (const providerId of receipt.providerIds) {
    await tx.receipts.insertEarly({
      accountId,
      providerId,
      state: receipt.state,
      failure: receipt.failure ?? null,
      at: options.clock.now(),
    });
  }
}

/** What went out to an address up to a time and is not read, in the conversation that it belongs to now. */
async function partsUpTo(
  tx: Tx,
  accountId: string,
  of: { address: string; upToMs: number },
): Promise<SentPartRow[]> {
  const account = await tx.accounts.byId(accountId);
  const address = account && (await tx.directory.address(account.merchantId, of.address));
  const conversation = address && (await tx.conversations.ofPair(address.merchantId, address.consumerId));
  if (!conversation) return [];
  return tx.receipts.unreadParts({
    conversationId: conversation.id,
    accountId,
    ...of,
    messages: messagesUpTo,
  });
}

/** Moves one part forward, and its delivery with it. A state that may not follow is ignored (invariant 5). */
export async function moveParts(
  tx: Tx,
  options: ReceiptOptions,
  part: SentPartRow,
  state: DeliveryState,
  failure: Failure | undefined | null,
): Promise<void> {
  if (!mayFollow(part.state, state)) return;
  await tx.receipts.updatePart(part.accountId, part.providerId, state);
  await tx.trace.insert({
    messageId: part.messageId,
    at: options.clock.now(),
    step: 'receipt',
    detail: {
      part: part.part,
      state,
      ...(failure?.platform_code ? { platform_code: failure.platform_code } : {}),
    },
  });
  const delivery = await tx.deliveries.byMessage(part.messageId);
  if (!delivery || (state !== 'failed' && delivery.partsSent < delivery.partCount)) return;
  const parts = await tx.receipts.partsOf(part.messageId);
  const combined = combinedState(parts.map((one) => one.state));
  await moveDelivery(
    tx,
    options,
    delivery,
    combined,
    combined === 'failed' ? (failure ?? failureOf('undelivered')) : undefined,
  );
}

/** Moves a delivery forward and says so; does nothing where the state may not follow, but for what changes `besides`. */
export async function moveDelivery(
  tx: Tx,
  { clock, emit }: ReceiptOptions,
  delivery: DeliveryRow,
  state: DeliveryState,
  failure?: Failure,
  besides?: Parameters<Tx['deliveries']['update']>[1],
): Promise<boolean> {
  // as it is now: the row at hand may be from before a send, and receipts came meanwhile
  const message = await tx.deliveries.standing(delivery.messageId);
  const from = message?.state ?? delivery.state;
  if (!mayFollow(from, state)) {
    if (besides) await tx.deliveries.update(delivery.messageId, besides);
    return false;
  }
  const now = clock.now();
  await tx.deliveries.update(delivery.messageId, {
    ...besides,
    state,
    failure: failure ?? null,
    updatedAt: now,
  });
  // whether the next of its fallbacks is taken, is decided in a unit of its own
  if (message?.extras?.chain) await tx.fallbacks.hasten(message.extras.chain, now);
  if (message) await emit(tx, updated(message, { state, previous: from, failure, now }));
  return true;
}

function updated(
  message: Standing,
  change: { state: DeliveryState; previous: DeliveryState; failure?: Failure | undefined; now: number },
) {
  return {
    type: 'delivery.updated' as const,
    merchantId: message.merchantId,
    conversationId: message.conversationId,
    messageId: message.messageId,
    channel: message.channel,
    accountId: message.accountId,
    direction: 'outbound' as const,
    about: message.messageId,
    traceparent: message.traceparent ?? undefined,
    data: {
      message_id: message.messageId,
      conversation_id: message.conversationId,
      account_id: message.accountId,
      channel: message.channel,
      address: message.address,
      state: change.state,
      previous: change.previous,
      failure: change.failure,
      metadata: message.extras?.metadata,
      occurred_at: new Date(change.now).toISOString(),
    },
  };
}
