import { createHash } from 'node:crypto';
import type { HookRequest } from '../../contract/index.ts';
import { hmacMatches } from '../signature.ts';
import { isHashOf, readJwt } from './jwt.ts';
import { authentic, refused, staleness } from './verified.ts';
import type { Clock, Verified } from './verified.ts';

/**
 * Bird, "Verifying a webhook subscription" (Notifications API documentation, read 2026-11-22): `messagebird-signature` is the base64
 * HMAC-SHA256, under the signing key, of `messagebird-request-timestamp`, the whole address and the SHA-256 of the body (its 32
 * bytes), with a line feed between them. It repeats for 8 h; nothing says whether it signs anew.
 */
export function verifyBird(request: HookRequest, signingKey: string, clock: Clock): Verified {
  const given = request.headers['messagebird-signature'];
  if (!given) return refused('no messagebird-signature header');
  const timestamp = request.headers['messagebird-request-timestamp'];
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const data = Buffer.concat([
    Buffer.from(`${timestamp}\n${request.url}\n`),
    createHash('sha256').update(request.body).digest(),
  ]);
  return hmacMatches({ algorithm: 'sha256', secret: signingKey, data, given, encoding: 'base64' })
    ? authentic
    : refused('the signature does not match');
}

/**
 * MessageBird, as its Node.js library describes `MessageBird-Signature-JWT` (messagebird-nodejs, lib/webhook-signature-jwt.js, read
 * 2026-11-22): a JWT, HS256 to HS512, issued by `MessageBird`, with `jti`, `url_hash` (of the whole address) and, where there is a
 * body, `payload_hash`.
 */
export function verifyMessageBirdJwt(request: HookRequest, signingKey: string, clock: Clock): Verified {
  const token = request.headers['messagebird-signature-jwt'];
  if (!token) return refused('no messagebird-signature-jwt header');
  const jwt = readJwt(token, signingKey, {
    ...clock,
    issuer: 'MessageBird',
    algorithms: ['HS256', 'HS384', 'HS512'],
    maxAgeMs: clock.toleranceMs,
  });
  if (!jwt.ok) return jwt;
  const { jti, url_hash: urlHash, payload_hash: payloadHash } = jwt.claims;
  if (typeof jti !== 'string') return refused('the claims are others');
  if (!isHashOf(urlHash, request.url)) return refused('the address is not the one that was signed');
  const bodiless = request.body.length === 0 && payloadHash === undefined;
  return bodiless || isHashOf(payloadHash, request.body)
    ? authentic
    : refused('the body is not the one that was signed');
}
