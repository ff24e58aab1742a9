import type { HookRequest } from '../../contract/index.ts';
import { bearerOf } from './header.ts';
import { isHashOf, readJwt } from './jwt.ts';
import { authentic, refused } from './verified.ts';
import type { Clock, Verified } from './verified.ts';

/**
 * Vonage, "Signed webhooks" (Messages API documentation, read 2026-11-22): a JWT in `Authorization`, HS256 under the signature secret,
 * issued by `Vonage`, with `payload_hash`, the SHA-256 of the body. The hash is optional there and required here.
 * `toleranceMs` is the age up to which one is taken: Vonage repeats for 24 h, and nothing says that it signs anew each time.
 */
export function verifyVonage(
  request: HookRequest,
  secret: string,
  clock: Clock & { apiKey?: string },
): Verified {
  const token = bearerOf(request);
  if (token === undefined) return refused('no signed token');
  const jwt = readJwt(token, secret, { ...clock, issuer: 'Vonage', maxAgeMs: clock.toleranceMs });
  if (!jwt.ok) return jwt;
  if (clock.apiKey !== undefined && jwt.claims['api_key'] !== clock.apiKey)
    return refused('the token is of another account');
  return isHashOf(jwt.claims['payload_hash'], request.body)
    ? authentic
    : refused('the body is not the one that was signed');
}
