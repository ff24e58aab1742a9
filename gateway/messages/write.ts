import type { Adaptation } from '../../protocol/adapt/index.ts';
import { mediaIn } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import type { Message } from '../../protocol/messages.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { openThread } from '../directory/resolve.ts';
import type { Emit } from '../events/emit.ts';
import type { MediaRow, MessageExtras, MessageRow, Tx } from '../store/port.ts';
import type { Route } from '../routing/route.ts';
import { messageView } from './view.ts';
import type { ViewOptions } from './view.ts';

export interface WriteOptions {
  clock: Clock;
  emit: Emit;
  view: ViewOptions;
  /** Told, once durable, which conversation has something to send. */
  onQueued(of: { messageId: string; conversationId: string; live: LiveAccount; hasMedia: boolean }): void;
}

/** A message on its way out: routed, adapted, with media of our own. */
export interface Outgoing {
  messageId: string;
  merchantId: string;
  route: Route;
  content: Content;
  media: MediaRow[];
  adaptation: Adaptation;
  extras: MessageExtras;
  /** Not before this time; left out: now. */
  sendAtMs?: number | undefined;
  /** Goes after what is normal. */
  bulk?: boolean;
  /** Counted from when it may go out. */
  validForSeconds: number;
  traceparent?: string | undefined;
}

/** Writes all of an outgoing message in one unit: message, thread, delivery, question, trace. */
export async function writeOutgoing(
  tx: Tx,
  options: WriteOptions,
  {
    messageId,
    merchantId,
    route,
    content,
    media,
    adaptation,
    extras,
    sendAtMs,
    bulk = false,
    validForSeconds,
    traceparent,
  }: Outgoing,
): Promise<Message> {
  const { clock } = options;
  const { row: account } = route.live;
  const now = clock.now();
  const from = sendAtMs ?? now;
  const thread = await openThread(tx, clock, {
    merchantId,
    address: route.address,
    channel: account.channel,
    accountId: account.id,
  });
  const message: MessageRow = {
    id: messageId,
    merchantId,
    conversationId: thread.conversation.id,
    consumerId: thread.conversation.consumerId,
    sequence: thread.conversation.lastSequence + 1,
    direction: 'outbound',
    accountId: account.id,
    channel: account.channel,
    address: route.address,
    content,
    extras: Object.keys(extras).length > 0 ? extras : null,
    // in the row that is written anyway: an entry of the trace of its own would be one row more for every message
    routed: JSON.stringify({
      account_id: account.id,
      connector: account.connector,
      considered: route.considered,
      adapted: { parts: adaptation.parts.length, losses: adaptation.losses },
    }),
    providerId: null,
    test: account.test,
    traceparent: traceparent ?? null,
    occurredAt: null,
    createdAt: now,
  };
  await tx.messages.insert(message);
  if (thread.opened) {
    await options.emit(tx, {
      type: 'conversation.opened',
      merchantId,
      conversationId: message.conversationId,
      messageId,
      channel: account.channel,
      accountId: account.id,
      direction: 'outbound',
      traceparent,
      data: {
        conversation_id: message.conversationId,
        consumer_id: message.consumerId,
        account_id: account.id,
        channel: account.channel,
      },
    });
  }
  for (const row of media) await tx.media.insert({ ...row, messageId });
  for (const { id } of mediaIn(content))
    if (id !== undefined && !media.some((row) => row.id === id))
      await tx.retention.useMedia(id, message.consumerId, now);
  await tx.conversations.update(message.conversationId, {
    lastSequence: message.sequence,
    updatedAt: now,
    ...(content.kind === 'text' && content.subject ? { subject: content.subject } : {}),
  });
  await tx.deliveries.insert({
    messageId,
    merchantId,
    conversationId: message.conversationId,
    sequence: message.sequence,
    accountId: account.id,
    state: 'queued',
    failure: null,
    partsSent: 0,
    partCount: adaptation.parts.length,
    attempts: 0,
    inFlight: false,
    attemptedAt: null,
    doubtful: false,
    nextAttemptAt: from,
    expiresAt: from + Math.round(validForSeconds * 1000),
    updatedAt: now,
    bulk,
    scheduled: sendAtMs !== undefined,
    hold: null,
  });
  if (adaptation.question)
    await tx.conversations.insertQuestion({
      messageId,
      conversationId: message.conversationId,
      question: adaptation.question,
      expiresAt: from + adaptation.question.expiresInSeconds * 1000,
      answeredAt: null,
    });
  if (sendAtMs !== undefined)
    await tx.trace.insert({
      messageId,
      at: now,
      step: 'scheduled',
      detail: { until: new Date(sendAtMs).toISOString() },
    });
  tx.afterCommit(() =>
    options.onQueued({
      messageId,
      conversationId: message.conversationId,
      live: route.live,
      hasMedia: media.length > 0,
    }),
  );
  return messageView(message, { state: 'queued', failure: null }, options.view);
}
