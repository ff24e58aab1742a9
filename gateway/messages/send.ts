import { hash } from 'node:crypto';
import { z } from 'zod';
import { contentSchema, languageSchema } from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import { idSchema } from '../../protocol/ids.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import { planOf, writeChain } from '../fallback/plan.ts';
import { fallbackSchema } from '../fallback/request.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import { waysTo } from '../routing/candidates.ts';
import type { RouteOptions } from '../routing/candidates.ts';
import { reachable } from '../routing/reachable.ts';
import { routeSchema } from '../routing/request.ts';
import { route } from '../routing/route.ts';
import type { MessageExtras, Store, Tx } from '../store/port.ts';
import { adaptFor } from './adaptation.ts';
import { ownMedia } from './own-media.ts';
import { writeOutgoing } from './write.ts';
import type { WriteOptions } from './write.ts';

export const transliterateSchema = z
  .boolean()
  .optional()
  .describe(
    'On channels that count septets (SMS), write with the GSM alphabet what can be without loss of sense: "l’œuvre" goes as "l\'oeuvre". It counts as a loss under "strict". Default false',
  );

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
    route: routeSchema.optional().describe('How the channel is chosen; default what the merchant set'),
    fallback: fallbackSchema.optional(),
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
      .describe(
        'Seconds, from `send_at` or now, after which it is no longer sent; default 259,200. Until then temporary failures are tried again, each part at most 12 times',
      ),
    send_at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe(
        'RFC 3339, at most 90 days ahead: not sent before; a time that has passed is now. Its place in the conversation, and its `sequence`, is where it is when it becomes due; until then it holds up nothing',
      ),
    priority: z
      .enum(['normal', 'bulk'])
      .optional()
      .describe(
        'Bulk goes out after everything normal of its account, one turn in ten at least. Within a conversation the order is kept: a normal message behind a bulk one brings it along. Default "normal"',
      ),
    language: languageSchema
      .optional()
      .describe("Language of the few words the gateway adds; default the consumer's"),
    purpose: z
      .enum(['transactional', 'promotional'])
      .optional()
      .describe('What it is for; "promotional" carries a way to unsubscribe. Default "transactional"'),
    transliterate: transliterateSchema,
    strict: z.boolean().optional().describe('Refuse if the channel would lose anything'),
  })
  .meta({ id: 'SendMessage' });
export type SendInput = z.infer<typeof sendSchema>;

const defaultValidSeconds = 259_200;
const maxAheadMs = 90 * 86_400_000;
const maxWaitingUnits = 2000;

export interface SendOptions extends WriteOptions, Omit<RouteOptions, 'now'> {
  store: Store;
}

export interface Sending {
  merchantId: string;
  test: boolean;
  input: SendInput;
  idempotency?: { key: string; bodyHash: string } | undefined;
  traceparent?: string | undefined;
  /** The dead message that this one sends anew. */
  resends?: string | undefined;
  /** Written in the same commit as the message; throws to take it back. */
  along?: ((tx: Tx, messageId: string) => Promise<void>) | undefined;
}

/** What is answered: the stored response of the first request with the same key, or the new one. */
export interface SendResult {
  status: 202;
  body: string;
  replayed: boolean;
}

const routeName = 'POST /v1/messages';

export const hashBody = (body: Uint8Array | string): string => hash('sha256', body, 'hex');

/** Accepts a message for sending: one durable commit, then the work goes on by itself. */
export function createSend(options: SendOptions): (sending: Sending) => Promise<SendResult> {
  const inFlight = new Set<string>();
  return async (sending) => {
    const { idempotency, merchantId } = sending;
    if (options.store.waiting() > maxWaitingUnits)
      throw new Refusal('overloaded', 'More requests wait than can be written down in time.', {
        retryAfterSeconds: 1,
      });
    if (!idempotency) return { status: 202, body: await accept(options, sending), replayed: false };
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
      return { status: 202, body: await accept(options, sending), replayed: false };
    } finally {
      inFlight.delete(slot);
    }
  };
}

/** Gives the message as it is answered, in JSON. */
async function accept(options: SendOptions, sending: Sending): Promise<string> {
  const { store, clock } = options;
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
  const sendAtMs = sendTime(input.send_at, clock.now());
  await checkTargets(store, sending);
  const routing: RouteOptions = { ...options, now: clock.now };
  const { to, from } = input;
  const request = { merchantId, to, from, test: sending.test, route: input.route, purpose: input.purpose };
  const found = await waysTo(store.read, routing, request);
  const messageId = clock.id('message');
  const { content, media } = await ownMedia(options, merchantId, withText(input.content));
  const language = input.language ?? (worded.has(content.kind) ? found.consumer?.language : undefined);
  const extras: MessageExtras = {
    ...(input.reply_to ? { replyTo: input.reply_to } : {}),
    ...(input.metadata ? { metadata: input.metadata } : {}),
    ...(input.purpose === 'promotional' ? { purpose: input.purpose } : {}),
    ...(language ? { language } : {}),
    ...(input.transliterate ? { transliterate: true } : {}),
    ...(sending.resends ? { resends: sending.resends } : {}),
  };
  const adapt = (live: LiveAccount) => adaptFor(live, content, { messageId, view: options.view, extras });
  const load = { content, adapt, strict: input.strict === true };
  const chosen = route({ request, load, found: await reachable(options, { request, load, found }) });
  const planned = await planOf(
    { ...routing, store, clock },
    { ...sending, ...planning(input), defaults: found.defaults },
  );
  if (planned) extras.chain = messageId;
  const validForSeconds = input.valid_for ?? defaultValidSeconds;
  return store.write(async (tx) => {
    let view = await writeOutgoing(tx, options, {
      messageId,
      merchantId,
      route: chosen.route,
      content,
      media: [...media, ...(planned?.media ?? [])],
      adaptation: chosen.adaptation,
      extras,
      sendAtMs,
      bulk: input.priority === 'bulk',
      validForSeconds,
      traceparent: sending.traceparent,
    });
    if (planned) {
      const nowMs = clock.now();
      const since = sendAtMs ?? nowMs;
      const expiresAt = since + validForSeconds * 1000;
      await writeChain(tx, { messageId, merchantId, plan: planned.plan, since, expiresAt, nowMs });
      view = { ...view, fallbacks: [], outcome: 'queued' };
    }
    const response = JSON.stringify(view);
    await rememberKey(tx, sending, response, clock.now());
    await sending.along?.(tx, messageId);
    return response;
  });
}

const planning = ({ content: { kind }, fallback, route: asked, strict }: SendInput) => ({
  kind,
  fallback,
  route: asked,
  strict: strict === true,
  withText,
});

/** Content that the gateway may have to add words to, or whose numbers it reads back. */
const worded = new Set<Content['kind']>(['choice', 'card', 'carousel', 'form', 'survey']);

/** When it is to go out, if that is still to come. */
function sendTime(sendAt: string | undefined, nowMs: number): number | undefined {
  if (sendAt === undefined) return undefined;
  const atMs = Date.parse(sendAt);
  if (!(atMs <= nowMs + maxAheadMs))
    throw new Refusal('invalid_request', 'A message waits for at most 90 days.', {
      errors: [{ pointer: '/send_at', detail: 'more than 90 days ahead' }],
    });
  return atMs > nowMs ? atMs : undefined;
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
async function rememberKey(tx: Tx, sending: Sending, response: string, nowMs: number): Promise<void> {
  const { idempotency, merchantId } = sending;
  if (!idempotency) return;
  await tx.idempotency.insert({
    merchantId,
    route: routeName,
    key: idempotency.key,
    bodyHash: idempotency.bodyHash,
    status: 202,
    response,
    createdAt: nowMs,
  });
}
