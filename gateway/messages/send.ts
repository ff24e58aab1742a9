import { createHash } from 'node:crypto';
import { z } from 'zod';
import { adapt } from '../../protocol/adapt/index.ts';
import type { Adaptation } from '../../protocol/adapt/index.ts';
import { contentSchema } from '../../protocol/content.ts';
import { mapMedia, mediaIn } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import { idSchema } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/messages.ts';
import { optionsOf } from '../../protocol/questions.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { openThread } from '../directory/resolve.ts';
import type { Emit } from '../events/emit.ts';
import { Refusal } from '../problems.ts';
import type { MediaRow, MessageRow, Store, Tx } from '../store/port.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { messageView } from './view.ts';
import type { ViewOptions } from './view.ts';

export const sendSchema = z
  .strictObject({
    to: z.string().min(1).max(512).describe('An address, a consumer id or a conversation id'),
    content: contentSchema.refine(({ text }) => text === undefined || text === '' || text.trim() !== '', {
      message: 'needs something visible',
      path: ['text'],
    }),
    from: idSchema('account')
      .optional()
      .describe('The account to send from; chosen by the gateway if left out'),
    reply_to: idSchema('message').optional(),
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .optional()
      .describe('Comes back in events; at most 16 entries'),
    valid_for: z
      .int()
      .min(1)
      .max(604_800)
      .optional()
      .describe('Seconds after which it is no longer sent; default 259,200'),
    strict: z.boolean().optional().describe('Refuse if the channel would lose anything'),
  })
  .meta({ id: 'SendMessage' });
export type SendInput = z.infer<typeof sendSchema>;

const defaultValidSeconds = 259_200;
const defaultAnswerSeconds = 86_400;
const maxWaitingUnits = 2000;

export interface SendOptions {
  store: Store;
  clock: Clock;
  registry: AccountRegistry;
  emit: Emit;
  view: ViewOptions;
  /** Told, once durable, which conversation has something to send. */
  onQueued(of: { messageId: string; conversationId: string; live: LiveAccount }): void;
}

export interface Sending {
  merchantId: string;
  test: boolean;
  input: SendInput;
  idempotency?: { key: string; bodyHash: string } | undefined;
  traceparent?: string | undefined;
}

/** What is answered: the stored response of the first request with the same key, or the new one. */
export interface SendResult {
  status: 202;
  body: string;
  replayed: boolean;
}

const routeName = 'POST /v1/messages';

export const hashBody = (body: Uint8Array | string): string =>
  createHash('sha256').update(body).digest('hex');

/** Accepts a message for sending: one durable commit, then the work goes on by itself. */
export function createSend(options: SendOptions): (sending: Sending) => Promise<SendResult> {
  const inFlight = new Set<string>();
  return async (sending) => {
    const { idempotency, merchantId } = sending;
    if (options.store.waiting() > maxWaitingUnits)
      throw new Refusal('overloaded', 'More requests wait than can be written down in time.', {
        retryAfterSeconds: 1,
      });
    if (!idempotency)
      return { status: 202, body: JSON.stringify(await accept(options, sending)), replayed: false };
    const slot = `${merchantId} ${idempotency.key}`;
    if (inFlight.has(slot))
      throw new Refusal('idempotency_in_flight', 'Wait for the first answer, or ask again in a second.', {
        retryAfterSeconds: 1,
      });
    inFlight.add(slot);
    try {
      const stored = await options.store.read.idempotency.find(merchantId, routeName, idempotency.key);
      if (stored) {
        if (stored.bodyHash !== idempotency.bodyHash)
          throw new Refusal('idempotency_mismatch', 'Take a new Idempotency-Key for another message.');
        return { status: 202, body: stored.response, replayed: true };
      }
      return { status: 202, body: JSON.stringify(await accept(options, sending)), replayed: false };
    } finally {
      inFlight.delete(slot);
    }
  };
}

async function accept(options: SendOptions, sending: Sending): Promise<Message> {
  const { store, registry, clock } = options;
  const { input, merchantId } = sending;
  if (input.content.kind === 'typing' || input.content.kind === 'read')
    throw new Refusal(
      'invalid_request',
      'Signals are not messages: use POST /v1/conversations/{id}/signals.',
      {
        errors: [{ pointer: '/content/kind', detail: `"${input.content.kind}" is a signal` }],
      },
    );
  if (Object.keys(input.metadata ?? {}).length > 16)
    throw new Refusal('invalid_request', 'At most 16 entries of metadata.', {
      errors: [{ pointer: '/metadata', detail: 'too many entries' }],
    });
  const found = await route(store.read, registry, {
    merchantId,
    to: input.to,
    from: input.from,
    test: sending.test,
  });
  await checkTargets(store, sending);
  const messageId = clock.id('message');
  const { content, media } = await ownMedia(options, sending, withText(input.content));
  const adaptation = adaptFor(found.live, content, { messageId, view: options.view });
  if (adaptation.refused)
    throw new Refusal(
      'content_unsupported',
      `${found.live.connector.manifest.title} cannot carry "${content.kind}".`,
      {
        errors: [{ pointer: '/content/kind', detail: 'refused by this channel' }],
      },
    );
  if (input.strict && adaptation.losses.length > 0)
    throw new Refusal('lossy', `${found.live.connector.manifest.title} would lose something; see losses.`, {
      losses: adaptation.losses,
    });
  return store.write((tx) => write(tx, options, { sending, found, messageId, content, media, adaptation }));
}

/** The adaptation of a content for an account: the same at the send, in the preview and at each attempt. */
export function adaptFor(
  live: LiveAccount,
  content: Content,
  { messageId, view }: { messageId: string; view: ViewOptions },
): Adaptation {
  return adapt(content, live.connector.manifest.capabilities, {
    messageId,
    connector: live.connector.manifest.name,
    mediaUrl: (mediaId) =>
      `${view.publicUrl()}${view.links.mediaPath(mediaId, view.now() + 30 * 86_400_000)}`,
  });
}

const withText = (content: Content): Content =>
  content.text === undefined ? ({ ...content, text: standaloneText(content) } as Content) : content;

async function checkTargets(store: Store, { input, merchantId }: Sending): Promise<void> {
  const { content } = input;
  const targets = [
    ['/reply_to', input.reply_to],
    ['/content/message_id', 'message_id' in content ? content.message_id : undefined],
  ] as const;
  for (const [pointer, id] of targets) {
    if (id === undefined) continue;
    const message = await store.read.messages.byId(id);
    if (!message || message.merchantId !== merchantId)
      throw new Refusal('invalid_request', `There is no message ${id}.`, {
        errors: [{ pointer, detail: 'unknown message' }],
      });
  }
}

/** An id of media must be of an upload of the merchant's own: a link to it would open it to whoever sees the message. */
export async function checkMedia(store: Store, merchantId: string, content: Content): Promise<void> {
  for (const item of mediaIn(content)) {
    if (item.id === undefined) continue;
    const row = await store.read.media.byId(item.id);
    if (!row || row.merchantId !== merchantId)
      throw new Refusal('invalid_request', `There is no media ${item.id}.`, {
        errors: [{ pointer: '/content', detail: 'unknown media id' }],
      });
  }
}

/** Every media item becomes one of ours: uploads are checked, addresses are written down to be fetched once. */
async function ownMedia(
  options: SendOptions,
  { merchantId }: Sending,
  content: Content,
): Promise<{ content: Content; media: MediaRow[] }> {
  await checkMedia(options.store, merchantId, content);
  const media: MediaRow[] = [];
  const owned = mapMedia(content, ({ url, ...item }) => {
    if (item.id !== undefined) return item;
    const row: MediaRow = {
      id: options.clock.id('media'),
      merchantId,
      accountId: null,
      messageId: null,
      state: 'pending',
      reference: null,
      sourceUrl: url ?? null,
      mediaType: item.media_type ?? null,
      bytes: null,
      sha256: null,
      name: item.name ?? null,
      createdAt: options.clock.now(),
    };
    media.push(row);
    return { ...item, id: row.id };
  });
  return { content: owned, media };
}

interface Writing {
  sending: Sending;
  found: Route;
  messageId: string;
  content: Content;
  media: MediaRow[];
  adaptation: Adaptation;
}

async function write(
  tx: Tx,
  options: SendOptions,
  { sending, found, messageId, content, media, adaptation }: Writing,
): Promise<Message> {
  const { clock } = options;
  const { input, merchantId } = sending;
  const { row: account } = found.live;
  const now = clock.now();
  const thread = await openThread(tx, clock, {
    merchantId,
    address: found.address,
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
    address: found.address,
    content,
    extras:
      input.reply_to || input.metadata
        ? {
            ...(input.reply_to ? { replyTo: input.reply_to } : {}),
            ...(input.metadata ? { metadata: input.metadata } : {}),
          }
        : null,
    providerId: null,
    test: account.test,
    traceparent: sending.traceparent ?? null,
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
      traceparent: sending.traceparent,
      data: {
        conversation_id: message.conversationId,
        consumer_id: message.consumerId,
        account_id: account.id,
        channel: account.channel,
      },
    });
  }
  for (const row of media) await tx.media.insert({ ...row, messageId });
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
    nextAttemptAt: now,
    expiresAt: now + (input.valid_for ?? defaultValidSeconds) * 1000,
    updatedAt: now,
  });
  if (adaptation.question && optionsOf(content).length > 0) {
    const seconds =
      content.kind === 'choice' ? (content.expires_in ?? defaultAnswerSeconds) : defaultAnswerSeconds;
    await tx.conversations.insertQuestion({
      messageId,
      conversationId: message.conversationId,
      question: adaptation.question,
      expiresAt: now + seconds * 1000,
      answeredAt: null,
    });
  }
  await tx.trace.insert({
    messageId,
    at: now,
    step: 'routed',
    detail: { account_id: account.id, connector: account.connector, considered: found.considered },
  });
  await tx.trace.insert({
    messageId,
    at: now,
    step: 'adapted',
    detail: { parts: adaptation.parts.length, losses: adaptation.losses },
  });
  const view = messageView(message, { state: 'queued', failure: null }, options.view);
  if (sending.idempotency) {
    await tx.idempotency.insert({
      merchantId,
      route: routeName,
      key: sending.idempotency.key,
      bodyHash: sending.idempotency.bodyHash,
      status: 202,
      response: JSON.stringify(view),
      createdAt: now,
    });
  }
  tx.afterCommit(() =>
    options.onQueued({ messageId, conversationId: message.conversationId, live: found.live }),
  );
  return view;
}
