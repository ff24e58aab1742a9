import { z } from 'zod';
import type { HookRequest } from '../../contract/index.ts';
import { readJsonAs } from '../body.ts';
import { hmacMatches } from '../signature.ts';
import { authentic, refused } from './verified.ts';
import type { Verified } from './verified.ts';

const pushSchema = z.looseObject({ message: z.looseObject({ data: z.string().max(1_400_000) }) });

/**
 * RCS for Business, "Webhooks" (Google developer documentation, read 2026-11-22): `X-Goog-Signature` is the base64 HMAC-SHA512, under
 * the client token, of what `message.data` decodes to from base64. The rest of the body is not signed, so nothing else of it may be
 * believed. There is no time: de-duplication is what stops a replay.
 */
export function verifyGoogleRcs(request: HookRequest, clientToken: string): Verified {
  const given = request.headers['x-goog-signature'];
  if (!given) return refused('no X-Goog-Signature header');
  const push = readJsonAs(request.body, pushSchema);
  if (!push.ok) return refused('the body is no push');
  const data = Buffer.from(push.value.message.data, 'base64');
  return hmacMatches({ algorithm: 'sha512', secret: clientToken, data, given, encoding: 'base64' })
    ? authentic
    : refused('the signature does not match');
}
