import type { OutboundMedia, SendOutcome, SendRequest } from '../contract/index.ts';
import { contentSchema, mediaSchema } from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import { withOwnText } from '../kit/own-text.ts';
import { magicOf, throttledForMs } from './magic.ts';
import type { Entry, Told } from './wire.ts';

/** What comes of a send: how it ends, what the phone is told, and a receipt that follows by itself. */
export interface Played {
  outcome: SendOutcome;
  tell?: Told;
  after?: { state: 'delivered' | 'read' | 'failed'; afterMs: number; code?: Parameters<typeof failure>[0] };
}

/** Plays the platform. Pure; `attempt` counts the tries of this part from 1. */
export function play(request: SendRequest, attempt: number, nowMs: number): Played {
  const as = request.address.slice('sandbox:'.length);
  const { content } = request.part;
  if (content.kind === 'typing')
    return { outcome: sent(request), tell: { type: 'typing', as, on: content.on !== false } };
  if (content.kind === 'read') return { outcome: sent(request), tell: { type: 'read', as } };
  const magic = magicOf(request.address);
  const shows = { tell: { type: 'message' as const, as, entry: entryOf(request, nowMs) } };
  if (!magic || magic.outcome === 'delivered')
    return { outcome: sent(request, 'delivered'), ...shows, ...(magic?.after ? { after: magic.after } : {}) };
  if (magic.outcome === 'uncertain')
    return { outcome: { type: 'uncertain', reason: 'the sandbox keeps its answer to itself' } };
  if (magic.outcome === 'sent')
    return {
      outcome: sent(request, 'sent'),
      ...(magic.after ? { after: magic.after } : {}),
      ...(magic.after?.state === 'failed' ? {} : shows),
    };
  if ('rejected' in magic.outcome)
    return {
      outcome: {
        type: 'rejected',
        failure: failure(magic.outcome.rejected, `sandbox_${magic.outcome.rejected}`),
      },
    };
  if (attempt > 1) return { outcome: sent(request, 'delivered'), ...shows };
  return magic.outcome.first === 'throttled'
    ? {
        outcome: {
          type: 'throttled',
          retryAfterMs: throttledForMs,
          platformCode: 'sandbox_throttled',
          scope: 'address',
        },
      }
    : { outcome: { type: 'rejected', failure: failure('platform_unavailable', 'sandbox_unavailable') } };
}

/** A part is known to the phone by its idempotency key: a second copy of it shows only once. */
const sent = (request: SendRequest, state?: 'sent' | 'delivered'): SendOutcome => ({
  type: 'sent',
  providerIds: [request.idempotencyKey],
  ...(state ? { state } : {}),
});

function entryOf(request: SendRequest, nowMs: number): Entry {
  return {
    message_id: request.messageId,
    provider_id: request.idempotencyKey,
    direction: 'outbound',
    content: withUrls(withOwnText(request.part.content), request.media),
    payloads: request.part.payloads,
    at_ms: nowMs,
  };
}

/** The content with an address on every media item that the gateway holds. */
function withUrls(content: Content, media: ReadonlyMap<string, OutboundMedia>): Content {
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(walk);
    const own = mediaSchema.safeParse(value);
    const held = own.success && own.data.id !== undefined ? media.get(own.data.id) : undefined;
    if (held) return { ...value, url: held.url, media_type: held.mediaType };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  const filled = contentSchema.safeParse(walk(content));
  return filled.success ? filled.data : content;
}
