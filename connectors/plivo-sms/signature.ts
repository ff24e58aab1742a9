import type { HookRequest } from '../contract/index.ts';
import { hmacMatches } from '../kit/signature.ts';
import type { Verified } from '../kit/signatures/index.ts';

/**
 * Plivo, "Signature validation" (V2) and its server SDK for Node.js (lib/utils/security.js, read 2026-11-22): base64 HMAC-SHA256, under
 * the auth token, of the address without its query and the nonce. `…-Ma-V2` is made with the main account's token.
 */
export function verifyPlivo(request: HookRequest, authToken: string): Verified {
  const nonce = request.headers['x-plivo-signature-v2-nonce'];
  const given = ['x-plivo-signature-v2', 'x-plivo-signature-ma-v2'].flatMap(
    (name) => request.headers[name] ?? [],
  );
  if (!nonce || given.length === 0) return { ok: false, reason: 'no X-Plivo-Signature-V2 headers' };
  const data = Buffer.from(`${request.url.split('?')[0]}${nonce}`);
  const matches = given.map((one) =>
    hmacMatches({ algorithm: 'sha256', secret: authToken, data, given: one, encoding: 'base64' }),
  );
  return matches.includes(true) ? { ok: true } : { ok: false, reason: 'the signature does not match' };
}
