import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { PublicKeys } from '../../contract/index.ts';
import type { Clock } from './verified.ts';

/**
 * JSON Web Tokens under a public key of the issuer's (RFC 7515, RFC 7517, RFC 7518 3.3: RS256 and nothing else). `exp` must be there;
 * it and `nbf` count within the tolerance.
 */
export interface PublicJwtRules extends Clock {
  issuers: readonly string[];
  audiences: readonly string[];
}

const headerSchema = z.looseObject({ alg: z.literal('RS256'), kid: z.string().min(1).max(512) });
const seconds = z.number().nonnegative().max(8_640_000_000_000);
const claimsSchema = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  exp: seconds,
  nbf: seconds.optional(),
});
type PublicJwtClaims = z.infer<typeof claimsSchema>;
const keySchema = z.looseObject({
  kty: z.literal('RSA'),
  n: z.string().min(340).max(2048),
  e: z.string().max(16),
});

export type ReadPublicJwt =
  | { ok: true; claims: PublicJwtClaims; key: Readonly<Record<string, unknown>> }
  /** `unknownKey`: it is signed by a key that is not among those given, which may have changed since. */
  | { ok: false; reason: string; unknownKey?: true };

const no = (reason: string): ReadPublicJwt => ({ ok: false, reason });

/** Checks a token and gives its claims, and the key that signed it. At most 8 KiB. */
export function readPublicJwt(token: string, keys: PublicKeys, rules: PublicJwtRules): ReadPublicJwt {
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (token.length > 8192 || parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part)))
    return no('no JSON Web Token');
  const read = headerSchema.safeParse(jsonOf(header));
  if (!read.success) return no('the token has another form or algorithm');
  // before the keys are looked at: nobody can make the gateway fetch them with a token that would be refused anyway
  const claims = claimsSchema.safeParse(jsonOf(payload));
  if (
    !claims.success ||
    !rules.issuers.includes(claims.data.iss) ||
    !rules.audiences.includes(claims.data.aud)
  )
    return no('the claims are others');
  const { exp, nbf } = claims.data;
  if (exp * 1000 < rules.nowMs - rules.toleranceMs) return no('the token has expired');
  if (nbf !== undefined && nbf * 1000 > rules.nowMs + rules.toleranceMs)
    return no('the token is not valid yet');
  const key = keys.find(({ kid }) => kid === read.data.kid);
  if (!key) return { ok: false, reason: 'the token is signed by a key that is not known', unknownKey: true };
  return signed(key, `${header}.${payload}`, signature)
    ? { ok: true, claims: claims.data, key }
    : no('the signature does not match');
}

function signed(key: Readonly<Record<string, unknown>>, data: string, signature: string): boolean {
  const { data: rsa } = keySchema.safeParse(key);
  const bytes = Buffer.from(signature, 'base64url');
  // as base64url has it and no other way: one signature, one spelling
  if (!rsa || bytes.toString('base64url') !== signature) return false;
  try {
    const publicKey = createPublicKey({ key: { kty: rsa.kty, n: rsa.n, e: rsa.e }, format: 'jwk' });
    return verify('RSA-SHA256', Buffer.from(data), publicKey, bytes);
  } catch {
    return false;
  }
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
