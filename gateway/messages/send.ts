import { createHash } from 'node:crypto';
import { z } from 'zod';
import { contentSchema } from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import { idSchema } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/messages.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import type { Store, Tx } from '../store/port.ts';
import { adaptFor } from './adaptation.ts';
import { ownMedia } from './own-media.ts';
import { route } from './route.ts';
import { writeOutgoing } from './write.ts';
import type { WriteOptions } from './write.ts';

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
    purpose: z
      .enum(['transactional', 'promotional'])
      .optional()
      .describe('What it is for; "promotional" carries a way to unsubscribe. Default "transactional"'),
    strict: z.boolean().optional().describe('Refuse if the channel would lose anything'),
  })
  .meta({ id: 'SendMessage' });
export type SendInput = z.infer<typeof sendSchema>;

const defaultValidSeconds = 259_200;
const maxWaitingUnits = 2000;

export interface SendOptions extends WriteOptions {
  store: Store;
  registry: AccountRegistry;
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
  const { content, media } = await ownMedia(options, merchantId, withText(input.content));
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
  return store.write(async (tx) => {
    const view = await writeOutgoing(tx, options, {
      messageId,
      merchantId,
      route: found,
      content,
      media,
      adaptation,
      extras: {
        ...(input.reply_to ? { replyTo: input.reply_to } : {}),
        ...(input.metadata ? { metadata: input.metadata } : {}),
        ...(input.purpose === 'promotional' ? { purpose: input.purpose } : {}),
      },
      validForSeconds: input.valid_for ?? defaultValidSeconds,
      traceparent: sending.traceparent,
    });
    await rememberKey(tx, sending, view, clock.now());
    return view;
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

/** The answer stands in the same commit as the message: whoever repeats the request gets it again. */
async function rememberKey(tx: Tx, sending: Sending, view: Message, nowMs: number): Promise<void> {
  const { idempotency, merchantId } = sending;
  if (!idempotency) return;
  await tx.idempotency.insert({
    merchantId,
    route: routeName,
    key: idempotency.key,
    bodyHash: idempotency.bodyHash,
    status: 202,
    response: JSON.stringify(view),
    createdAt: nowMs,
  });
}
