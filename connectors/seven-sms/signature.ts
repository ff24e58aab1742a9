import { createHash } from 'node:crypto';
import type { HookRequest } from '../contract/index.ts';
import { hmacMatches } from '../kit/signature.ts';
import { authentic, fiveMinutesMs, refused, staleness } from '../kit/signatures/verified.ts';
import type { Verified } from '../kit/signatures/verified.ts';

/**
 * seven, "Signing of requests" (read 2026-11-22) and its client for JavaScript (WebhookVerifier.ts): hexadecimal HMAC-SHA256, under the
 * account's signing key, of five lines: time, nonce, method, address, and the MD5 of the body. The client takes five minutes.
 */
export function verifySeven(request: HookRequest, signingKey: string, nowMs: number): Verified {
  const { method, url, headers, body } = request;
  const { 'x-timestamp': time, 'x-nonce': nonce, 'x-signature': given } = headers;
  if (!nonce || !given) return refused('no X-Nonce and X-Signature headers');
  const stale = staleness(time, { nowMs, toleranceMs: fiveMinutesMs });
  if (stale) return refused(stale);
  const data = [time, nonce, method, url, createHash('md5').update(body).digest('hex')].join('\n');
  return hmacMatches({ algorithm: 'sha256', secret: signingKey, data, given, encoding: 'hex' })
    ? authentic
    : refused('the signature does not match');
}
