import type { Accepted, InboundMessage } from '../../connectors/contract/index.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import { messageView } from '../messages/view.ts';
import type { MessageExtras, MessageRow, Tx } from '../store/port.ts';
import type { AcceptOptions, From } from './accept-options.ts';
import { readInbound } from './answers.ts';
import { takeConsent } from './consent.ts';
import { askNext } from './form.ts';
import type { TakenMedia } from './media.ts';
import { readingContext } from './reading.ts';
import { stateAnswers } from './statements.ts';
import { findMessage, threadOf } from './thread.ts';

/** One message of a platform becomes one of the conversation, with everything that it means. Once: repeats change nothing. */
export async function takeMessage(
  tx: Tx,
  options: AcceptOptions,
  from: From,
  item: InboundMessage,
  media: TakenMedia,
): Promise<Accepted> {
  const { clock, emit } = options;
  const { row: account } = from.live;
  const repeated = await tx.messages.byProvider(account.id, item.providerId);
  if (repeated) return { duplicate: true, messageId: repeated.id };
  if (item.consent?.state === 'opted_out' && !(await isKnown(tx, account.merchantId, item.sender)))
    return { duplicate: false };

  const now = clock.now();
  // an auto-reply is no wish to be written to again
  const of = item.automatic ? { ...options, suppression: undefined } : options;
  const thread = await threadOf(tx, of, account, item.sender);
  const { conversation } = thread;
  const replyTo = item.replyTo === undefined ? undefined : await findMessage(tx, account.id, item.replyTo);
  const context = () => readingContext(tx, account, thread, item.sender, now);
  const reading = await readInbound(tx, {
    item,
    conversationId: conversation.id,
    replyTo,
    nowMs: now,
    context,
  });
  const extras: MessageExtras = {
    ...(replyTo ? { replyTo } : {}),
    ...(reading.type === 'answer' ? { answer: reading.answer } : {}),
    ...(reading.type === 'plain' && reading.open ? { openQuestion: true } : {}),
    ...(reading.type === 'postback'
      ? { postback: { payload: reading.payload, title: standaloneText(item.content).slice(0, 1024) } }
      : {}),
    ...(item.referral ? { referral: item.referral } : {}),
    ...(item.automatic ? { automatic: true } : {}),
  };
  const message: MessageRow = {
    id: clock.id('message'),
    merchantId: account.merchantId,
    conversationId: conversation.id,
    consumerId: conversation.consumerId,
    sequence: conversation.lastSequence + 1,
    direction: 'inbound',
    accountId: account.id,
    channel: account.channel,
    address: item.sender.address,
    content: targeted(media.content, replyTo),
    extras: Object.keys(extras).length ? extras : null,
    routed: null,
    providerId: item.providerId,
    test: account.test,
    traceparent: from.traceparent ?? null,
    occurredAt: item.atMs ?? null,
    createdAt: now,
  };
  await tx.messages.insert(message);
  for (const row of media.rows) await tx.media.insert({ ...row, messageId: message.id });
  if (media.rows.some((row) => row.state === 'pending')) tx.afterCommit(options.onPendingMedia);
  if (from.live.connector.profile && !item.sender.name && !item.automatic) {
    const { consumerId, address } = message;
    tx.afterCommit(() => options.onNameless?.(from.live, { consumerId, address }));
  }
  await tx.conversations.update(conversation.id, {
    lastSequence: message.sequence,
    updatedAt: now,
    ...(item.automatic ? {} : { lastAddress: message.address, lastAccountId: account.id }),
    ...(item.content.kind === 'text' && item.content.subject ? { subject: item.content.subject } : {}),
  });
  if (!item.automatic)
    await tx.directory.updateAddress(account.merchantId, message.address, {
      lastInboundAt: now,
      accountId: account.id,
    });

  const about = {
    merchantId: account.merchantId,
    conversationId: conversation.id,
    messageId: message.id,
    channel: account.channel,
    accountId: account.id,
    direction: 'inbound' as const,
    traceparent: from.traceparent,
  };
  if (thread.opened) {
    await emit(tx, {
      ...about,
      type: 'conversation.opened',
      data: {
        conversation_id: conversation.id,
        consumer_id: conversation.consumerId,
        account_id: account.id,
        channel: account.channel,
      },
    });
  }
  await emit(tx, {
    ...about,
    type: 'message.received',
    kind: message.content.kind,
    about: message.id,
    data: messageView(message, undefined, options.view),
  });
  for (const row of media.rows) {
    if (row.state === 'ready')
      await emit(tx, {
        ...about,
        type: 'media.ready',
        about: row.id,
        data: {
          media_id: row.id,
          message_id: message.id,
          media_type: row.mediaType ?? 'application/octet-stream',
          bytes: row.bytes ?? 0,
          sha256: row.sha256 ?? '',
        },
      });
  }
  await stateAnswers(tx, options, { about, message, reading });
  if (reading.type === 'answer' && reading.next)
    await askNext(tx, options, { live: from.live, message, asked: reading.row.question, form: reading.next });
  // an option that was pressed is an answer, whatever its title says
  if (reading.type !== 'answer' || reading.answer.via !== 'payload')
    await takeConsent(tx, options, message, item.consent);
  return { duplicate: false, messageId: message.id };
}

/** Nobody is written down for wanting nothing of a merchant who doesn't know them. */
async function isKnown(
  tx: Tx,
  merchantId: string,
  { address, aliases = [] }: InboundMessage['sender'],
): Promise<boolean> {
  for (const one of [address, ...aliases]) if (await tx.directory.address(merchantId, one)) return true;
  return false;
}

/** Reactions, edits and removals name their target by our id. */
function targeted(content: InboundMessage['content'], target: string | undefined): InboundMessage['content'] {
  switch (content.kind) {
    case 'reaction':
    case 'edit':
    case 'removal':
      return { ...content, message_id: target ?? '' };
    default:
      return content;
  }
}
