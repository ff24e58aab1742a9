import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { HookRequest } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { hmac, sameSecret } from '../kit/signature.ts';
import { authentic, refused } from '../kit/signatures/verified.ts';
import type { Verified } from '../kit/signatures/verified.ts';

const read = ['id', 'msisdn', 'time', 'status', 'code', 'message', 'senttime'];

/**
 * GatewayAPI, "REST API", section "Authentication token" (read 2026-11-22): `X-Gwapi-Signature` is a JSON Web Token, HS256 under the
 * webhook's own secret, whose claims are the notification itself. So what is read of the body has to be what the claims say.
 */
export function verifyGatewayApi(request: HookRequest, secret: string): Verified {
  const token = request.headers['x-gwapi-signature'] ?? '';
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  if (!signature || more.length > 0) return refused('no X-Gwapi-Signature header');
  if (!sameSecret(signature, hmac('sha256', secret, `${header}.${payload}`).toString('base64url')))
    return refused('the signature does not match');
  const claims = readJsonAs(Buffer.from(payload, 'base64url'), z.looseObject({}));
  const body = readJsonAs(request.body, z.looseObject({}));
  if (!claims.ok || !body.ok) return refused('the claims or the body are no object');
  const told = (of: Record<string, unknown>) => read.map((name) => of[name] ?? null);
  return isDeepStrictEqual(told(claims.value), told(body.value))
    ? authentic
    : refused('the body is not the one that was signed');
}
