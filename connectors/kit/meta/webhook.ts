import { createHash } from 'node:crypto';
import type { HookRequest, HookResponse } from '../../contract/index.ts';
import { hmacMatches, sameSecret } from '../signature.ts';

/**
 * Meta's webhooks, the same for WhatsApp, Messenger and Instagram.
 * Follows "Getting Started – Webhooks" (Graph API documentation): event notifications are signed with the app secret over the
 * bytes as sent. Meta escapes what is not ASCII before it signs some payloads, so nothing but the raw bytes will do.
 */
export function verifyMetaSignature(
  request: HookRequest,
  appSecret: string,
): { ok: true } | { ok: false; reason: string } {
  const header = request.headers['x-hub-signature-256'];
  if (!header) return { ok: false, reason: 'no X-Hub-Signature-256 header' };
  const given = /^sha256=([0-9a-f]{64})$/i.exec(header)?.[1];
  if (!given) return { ok: false, reason: 'X-Hub-Signature-256 is no SHA-256 signature' };
  return hmacMatches({ algorithm: 'sha256', secret: appSecret, data: request.body, given, encoding: 'hex' })
    ? { ok: true }
    : { ok: false, reason: 'the signature does not match the app secret' };
}

const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
/** What Meta sends is a number; anything that could be read as markup is not echoed. */
const challengePattern = /^[A-Za-z0-9._~-]{1,256}$/;

/** Meta's set-up request: `hub.challenge` comes back only to who knows the verify token. */
export function metaHandshake(request: HookRequest, verifyToken: string): HookResponse | undefined {
  if (request.method !== 'GET' || request.query.get('hub.mode') === null) return undefined;
  const known = sameSecret(request.query.get('hub.verify_token') ?? undefined, verifyToken);
  if (!known || request.query.get('hub.mode') !== 'subscribe')
    return { status: 403, headers: plain, body: 'wrong verify token' };
  const challenge = request.query.get('hub.challenge') ?? '';
  return challengePattern.test(challenge)
    ? { status: 200, headers: plain, body: challenge }
    : { status: 400, headers: plain, body: 'unusable challenge' };
}

/** An id for events to which Meta gives none: a hash of all that makes this event this one. */
export const eventId = (kind: string, ...parts: (string | number | undefined)[]): string =>
  `${kind}.${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
