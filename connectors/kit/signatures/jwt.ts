import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hmac, sameSecret } from '../signature.ts';
import type { HmacAlgorithm } from '../signature.ts';
import type { Clock } from './verified.ts';

/**
 * JSON Web Tokens under a shared secret (RFC 7515, 7518 3.2, 7519). Only the algorithms that the caller names are taken, by exact
 * name: `none`, and RS256 with the public key as the secret, are the known ways to forge one (RFC 8725, 2.1 and 3.1).
 */
const algorithms = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;
export type JwtAlgorithm = keyof typeof algorithms;

const headerSchema = z.looseObject({
  alg: z.string(),
  typ: z.string().optional(),
  crit: z.undefined().optional(),
});
const seconds = z.number().nonnegative().max(8_640_000_000_000).optional();
const claimsSchema = z.looseObject({ iat: seconds, nbf: seconds, exp: seconds });
export type JwtClaims = z.infer<typeof claimsSchema>;

export interface JwtRules extends Clock {
  algorithms?: readonly JwtAlgorithm[];
  /** The `iss` that it must have; left out where the platform names none. */
  issuer?: string;
  /** What must be among its `aud`. */
  audience?: string;
  /** Age of `iat` up to which it is taken, in milliseconds. `exp` and `nbf` count in any case. */
  maxAgeMs: number;
}

export type ReadJwt = { ok: true; claims: JwtClaims } | { ok: false; reason: string };

const no = (reason: string): ReadJwt => ({ ok: false, reason });
const segment = /^[A-Za-z0-9_-]+$/;

/** Checks a token and gives its claims. At most 8 KiB. */
export function readJwt(token: string, secret: string | Uint8Array, rules: JwtRules): ReadJwt {
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (token.length > 8192 || parts.length !== 3 || !parts.every((part) => segment.test(part)))
    return no('no JSON Web Token');
  const read = headerSchema.safeParse(jsonOf(header));
  if (!read.success || (read.data.typ !== undefined && read.data.typ.toUpperCase() !== 'JWT'))
    return no('the token has another form');
  const algorithm = (rules.algorithms ?? ['HS256']).find((name) => name === read.data.alg);
  if (!algorithm) return no('the token has another algorithm');
  if (
    secret.length === 0 ||
    !sameSecret(signature, signatureOf(algorithms[algorithm], secret, `${header}.${payload}`))
  )
    return no('the signature does not match');
  const claims = claimsSchema.safeParse(jsonOf(payload));
  if (!claims.success || !isMeant(claims.data, rules)) return no('the claims are others');
  const early = untimely(claims.data, rules);
  return early === undefined ? { ok: true, claims: claims.data } : no(early);
}

const isMeant = ({ iss, aud }: JwtClaims, { issuer, audience }: JwtRules): boolean =>
  (issuer === undefined || iss === issuer) && (audience === undefined || [aud].flat().includes(audience));

const signatureOf = (algorithm: HmacAlgorithm, secret: string | Uint8Array, data: string): string =>
  hmac(algorithm, secret, data).toString('base64url');

function untimely({ iat, nbf, exp }: JwtClaims, { nowMs, toleranceMs, maxAgeMs }: JwtRules) {
  if (iat === undefined) return 'the token has no time';
  if (iat * 1000 > nowMs + toleranceMs) return 'the token is of the future';
  if (nbf !== undefined && nbf * 1000 > nowMs + toleranceMs) return 'the token is not valid yet';
  if (exp !== undefined && exp * 1000 < nowMs - toleranceMs) return 'the token has expired';
  return iat * 1000 < nowMs - maxAgeMs ? 'the token is too old' : undefined;
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a claim is the SHA-256, in hexadecimal digits, of some bytes. */
export const isHashOf = (claim: unknown, data: string | Uint8Array): boolean =>
  typeof claim === 'string' &&
  sameSecret(claim.toLowerCase(), createHash('sha256').update(data).digest('hex'));
