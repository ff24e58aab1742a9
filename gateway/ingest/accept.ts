import { addressScheme } from '../../protocol/address.ts';
import type {
  Accepted,
  InboundItem,
  InboundMessage,
  InboundSignal,
} from '../../connectors/contract/index.ts';
import { isOptIn, isOptOut } from '../../protocol/adapt/index.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { linkConsumers } from '../directory/link.ts';
import { openThread } from '../directory/resolve.ts';
import type { Thread } from '../directory/resolve.ts';
import type { Emit } from '../events/emit.ts';
import type { BlobStore } from '../media/blobs.ts';
import { messageView } from '../messages/view.ts';
import type { ViewOptions } from '../messages/view.ts';
import { Refusal } from '../problems.ts';
import type { AccountRow, MessageExtras, MessageRow, Store, Tx } from '../store/port.ts';
import { readInbound } from './answers.ts';
import { takeMedia } from './media.ts';
import type { TakenMedia } from './media.ts';
import { takeReceipt } from './receipts.ts';

export interface AcceptOptions {
  store: Store;
  clock: Clock;
  emit: Emit;
  blobs: BlobStore;
  view: ViewOptions;
  /** Told, once durable, that media wait to be fetched. */
  onPendingMedia(): void;
}

/** Beyond this nothing more is taken in: the platform repeats, and memory stays bounded. */
const maxWaitingUnits = 4000;

export type Accept = (live: LiveAccount, items: InboundItem[], traceparent?: string) => Promise<Accepted[]>;

/** Takes in what a platform said: one durable commit for all of it, before the platform is answered. */
export function createAccept(options: AcceptOptions): Accept {
  return async (live, items, traceparent) => {
    for (const item of items) checkScheme(live, item);
    const media = await Promise.all(
      items.map((item) =>
        item.type === 'message'
          ? takeMedia(item, { ...options, merchantId: live.row.merchantId, accountId: live.row.id })
          : undefined,
      ),
    );
    if (options.store.waiting() > maxWaitingUnits)
      throw new Refusal('overloaded', 'More waits than can be written down in time.', {
        retryAfterSeconds: 1,
      });
    if (items.every((item) => item.type === 'ignored')) return items.map(() => ({ duplicate: false }));
    return options.store.write(async (tx) => {
      const accepted: Accepted[] = [];
      for (const [i, item] of items.entries())
        accepted.push(await takeItem(tx, options, { live, traceparent }, item, media[i]));
      return accepted;
    });
  };
}

/** A connector that makes addresses of a foreign scheme is broken: an exception, not an outcome. */
function checkScheme(live: LiveAccount, item: InboundItem): void {
  if (item.type !== 'message' && item.type !== 'signal') return;
  for (const address of [item.sender.address, ...(item.sender.aliases ?? [])]) {
    if (!live.connector.manifest.schemes.includes(addressScheme(address)))
      throw new Error(`connector ${live.row.connector} made an address of a scheme it doesn't declare`);
  }
}

interface From {
  live: LiveAccount;
  traceparent: string | undefined;
}

async function takeItem(
  tx: Tx,
  options: AcceptOptions,
  from: From,
  item: InboundItem,
  media: TakenMedia | undefined,
): Promise<Accepted> {
  switch (item.type) {
    case 'message':
      return takeMessage(tx, options, from, item, media ?? { content: item.content, rows: [] });
    case 'receipt':
      await takeReceipt(tx, options, from.live.row.id, item);
      return { duplicate: false };
    case 'signal':
      await takeSignal(tx, options, from, item);
      return { duplicate: false };
    case 'ignored':
      return { duplicate: false };
  }
}

async function takeMessage(
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

  const now = clock.now();
  const thread = await threadOf(tx, options, account, item);
  const { conversation } = thread;
  const replyTo = item.replyTo === undefined ? undefined : await findMessage(tx, account.id, item.replyTo);
  const reading = await readInbound(tx, { item, conversationId: conversation.id, replyTo, nowMs: now });
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
    providerId: item.providerId,
    test: account.test,
    traceparent: from.traceparent ?? null,
    occurredAt: item.atMs ?? null,
    createdAt: now,
  };
  await tx.messages.insert(message);
  for (const row of media.rows) await tx.media.insert({ ...row, messageId: message.id });
  if (media.rows.some((row) => row.state === 'pending')) tx.afterCommit(options.onPendingMedia);
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
  if (reading.type === 'answer') {
    await tx.conversations.answerQuestion(reading.answer.message_id, now);
    await emit(tx, {
      ...about,
      type: 'choice.answered',
      data: { ...reading.answer, answered_by: message.id, conversation_id: conversation.id },
    });
  }
  await takeConsent(tx, options, message, thread.address.optedOutAt);
  return { duplicate: false, messageId: message.id };
}

/** The sender's one thread: where the platform shows that two who were known apart are one person, their threads become one. */
async function threadOf(
  tx: Tx,
  options: AcceptOptions,
  account: AccountRow,
  { sender }: InboundMessage,
): Promise<Thread> {
  const of = {
    merchantId: account.merchantId,
    address: sender.address,
    aliases: sender.aliases ?? [],
    channel: account.channel,
    accountId: account.id,
    name: sender.name,
    language: sender.language,
  };
  const thread = await openThread(tx, options.clock, of);
  if (thread.twins.length === 0) return thread;
  const { merchantId } = of;
  const { consumerId } = thread.conversation;
  for (const otherId of thread.twins) await linkConsumers(tx, options, { merchantId, consumerId, otherId });
  return openThread(tx, options.clock, of);
}

/** Opt-out words hold whatever else the message may mean, and for every address that the consumer has on this channel. */
async function takeConsent(
  tx: Tx,
  { clock, emit }: AcceptOptions,
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
  await emit(tx, {
    type: out ? 'consumer.opted_out' : 'consumer.opted_in',
    merchantId: message.merchantId,
    conversationId: message.conversationId,
    messageId: message.id,
    channel: message.channel,
    accountId: message.accountId,
    direction: 'inbound',
    data: { consumer_id: message.consumerId, address: message.address, message_id: message.id },
  });
}

async function takeSignal(tx: Tx, { emit }: AcceptOptions, from: From, item: InboundSignal): Promise<void> {
  const { row: account } = from.live;
  const address = await tx.directory.address(account.merchantId, item.sender.address);
  const conversation = address && (await tx.conversations.ofPair(account.merchantId, address.consumerId));
  if (!conversation) return;
  await emit(tx, {
    type: 'consumer.typing',
    merchantId: account.merchantId,
    conversationId: conversation.id,
    channel: account.channel,
    accountId: account.id,
    direction: 'inbound',
    data: {
      conversation_id: conversation.id,
      consumer_id: conversation.consumerId,
      on: item.signal === 'typing',
    },
  });
}

/** Our id of a platform's message, whichever side it came from. */
async function findMessage(tx: Tx, accountId: string, providerId: string): Promise<string | undefined> {
  const part = await tx.receipts.partByProvider(accountId, [providerId]);
  return part?.messageId ?? (await tx.messages.byProvider(accountId, providerId))?.id;
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
