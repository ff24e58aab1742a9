import type { Envelope } from '../../protocol/envelope.ts';
import type { ContentOf } from '../../protocol/content.ts';
import type { EventRow, MediaRow, MessageExtras, MessageRow, Tx } from '../store/port.ts';

/**
 * What is left when content goes. Of a message: a removal that names the message itself, which every reader of content can show; when
 * it went and what kind it was. Of an event: its ids, times and states. What a bill or a trace needs stays.
 */
export const removedText = '(content removed)';

export const tombstone = (messageId: string): ContentOf<'removal'> => ({
  kind: 'removal',
  message_id: messageId,
  text: removedText,
});

/** What stays of what a message carries: how it was meant, not what it said. */
function factsOf(extras: MessageExtras, message: MessageRow, atMs: number): MessageExtras {
  const { replyTo, openQuestion, automatic, purpose, continues, resends, chain } = extras;
  return {
    ...(replyTo ? { replyTo } : {}),
    ...(openQuestion ? { openQuestion } : {}),
    ...(automatic ? { automatic } : {}),
    ...(purpose ? { purpose } : {}),
    ...(continues ? { continues } : {}),
    ...(resends ? { resends } : {}),
    ...(chain ? { chain } : {}),
    removed: extras.removed ?? { atMs, kind: message.content.kind },
  };
}

/** Takes the content out of a message, with the question it asked and the subject it gave its conversation. */
export async function removeContent(tx: Tx, message: MessageRow, atMs: number): Promise<void> {
  const { content } = message;
  await tx.retention.updateMessage(message.id, {
    content: tombstone(message.id),
    extras: factsOf(message.extras ?? {}, message, atMs),
  });
  await tx.retention.removeQuestion(message.id);
  // what it would fall back to holds content and addresses too
  if (message.extras?.chain)
    await tx.fallbacks.update(message.extras.chain, { state: 'ended', plan: { steps: [] }, dueAt: null });
  if (content.kind !== 'text' || content.subject === undefined) return;
  const conversation = await tx.conversations.byId(message.conversationId);
  if (conversation?.subject === content.subject)
    await tx.conversations.update(conversation.id, { subject: null });
}

/** Fields of an event's data that are neither content nor an address nor a name. */
const facts = new Set(
  `id message_id conversation_id consumer_id merged_consumer_id account_id media_id endpoint_id
   answered_by channel direction sequence state previous occurred_at from_message_id
   from_account_id to_message_id to_account_id revoked created_at media_type bytes reason
   since via on test automatic`.split(/\s+/),
);

/** What is left of an event's envelope. Pure. */
export function eventFacts(envelope: string): string {
  const { data, traceparent: _, ...attributes } = JSON.parse(envelope) as Envelope;
  const kept = Object.fromEntries(Object.entries(data).filter(([name]) => facts.has(name)));
  const code = 'failure' in data ? data.failure?.code : undefined;
  return JSON.stringify({ ...attributes, data: { ...kept, ...(code ? { failure: { code } } : {}) } });
}

/** Takes the content out of an event. It is told to nobody any more: not on the stream, not by a webhook, not by a replay. */
export async function removeEvent(
  tx: Tx,
  event: Pick<EventRow, 'seq' | 'envelope' | 'removedAt'>,
  atMs: number,
): Promise<void> {
  if (event.removedAt !== null) return;
  await tx.retention.removeEvent(event.seq, eventFacts(event.envelope), atMs);
  await tx.events.settle(event.seq);
}

/** Takes a media item away: its bytes go from the disk once no other item names them. Type and size stay. */
export async function removeMedia(tx: Tx, row: MediaRow, atMs: number): Promise<void> {
  if (row.sha256 !== null) await tx.retention.wantNoMore(row.sha256, atMs);
  await tx.media.update(row.id, {
    state: 'failed',
    reference: null,
    sourceUrl: null,
    sha256: null,
    name: null,
  });
}
