import { z } from 'zod';
import { languageSchema } from '../../protocol/content.ts';
import { hmac, hmacMatches } from '../kit/signature.ts';

/** Who a token or a JWT speaks for. `id` is the rest of the address: `v.…` anonymous, `u.…` vouched for by the merchant. */
export interface Visitor {
  id: string;
  name?: string | undefined;
  language?: string | undefined;
  /** Unix seconds after which the token is worth nothing. */
  expires: number;
}

export type TokenResult =
  | { ok: true; visitor: Visitor }
  | { ok: false; reason: 'malformed' | 'forged' | 'expired' };

export const visitorDays = 365;
const leewaySeconds = 60;
const maxIdentitySeconds = 86_400;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

const visitorSchema = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  language: z.string().optional(),
  expires: z.number(),
});

/** The account is under the signature too: a token of one account opens no other one that happens to share the secret. */
const signed = (accountId: string, payload: string): string => `webchat visitor\n${accountId}\n${payload}`;

export function signVisitor(
  visitor: Visitor,
  { accountId, secret }: { accountId: string; secret: string },
): string {
  const payload = encode(visitor);
  return `${payload}.${hmac('sha256', secret, signed(accountId, payload)).toString('base64url')}`;
}

export function readVisitor(
  token: string,
  { accountId, secret, nowMs }: { accountId: string; secret: string; nowMs: number },
): TokenResult {
  const [payload, signature, ...more] = token.split('.');
  if (!payload || !signature || more.length > 0) return { ok: false, reason: 'malformed' };
  const given = Buffer.from(signature, 'base64url').toString('hex');
  if (!hmacMatches({ algorithm: 'sha256', secret, data: signed(accountId, payload), given, encoding: 'hex' }))
    return { ok: false, reason: 'forged' };
  const visitor = visitorSchema.safeParse(decode(payload));
  if (!visitor.success) return { ok: false, reason: 'malformed' };
  return visitor.data.expires * 1000 > nowMs
    ? { ok: true, visitor: visitor.data }
    : { ok: false, reason: 'expired' };
}

const headerSchema = z.looseObject({
  alg: z.literal('HS256'),
  typ: z.string().optional(),
  crit: z.undefined().optional(),
});
const claimsSchema = z.looseObject({
  sub: z
    .string()
    .min(1)
    .max(200)
    .refine((sub) => sub.isWellFormed()),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  name: z
    .string()
    .max(120)
    .refine((name) => name.isWellFormed())
    .optional(),
  locale: languageSchema.max(35).optional().catch(undefined),
});

/**
 * An identity: a JWT (RFC 7519) that the merchant's server signed with HS256 and nothing else (RFC 8725 §3.1: the algorithm
 * is ours to choose, not the token's). `sub` and `exp` are needed; `exp` at most a day ahead; `aud`, if there, names the account.
 */
export function readIdentity(
  jwt: string,
  { accountId, secret, nowMs }: { accountId: string; secret: string; nowMs: number },
): TokenResult {
  const [header, payload, signature, ...more] = jwt.split('.');
  if (!header || !payload || !signature || more.length > 0) return { ok: false, reason: 'malformed' };
  if (!headerSchema.safeParse(decode(header)).success) return { ok: false, reason: 'malformed' };
  const given = Buffer.from(signature, 'base64url').toString('hex');
  if (!hmacMatches({ algorithm: 'sha256', secret, data: `${header}.${payload}`, given, encoding: 'hex' }))
    return { ok: false, reason: 'forged' };
  const claims = claimsSchema.safeParse(decode(payload));
  if (!claims.success) return { ok: false, reason: 'malformed' };
  const { sub, exp, nbf, aud, name, locale } = claims.data;
  if (aud !== undefined && ![aud].flat().includes(accountId)) return { ok: false, reason: 'forged' };
  const now = nowMs / 1000;
  if (exp + leewaySeconds <= now || exp > now + maxIdentitySeconds + leewaySeconds)
    return { ok: false, reason: 'expired' };
  if (nbf !== undefined && nbf - leewaySeconds > now) return { ok: false, reason: 'expired' };
  return {
    ok: true,
    visitor: {
      id: `u.${encodeURIComponent(sub)}`,
      name,
      language: locale,
      expires: Math.ceil(exp + leewaySeconds),
    },
  };
}

/** A new anonymous visitor: 128 random bits. */
export const newVisitor = (random: Uint8Array, nowMs: number): Visitor => ({
  id: `v.${Buffer.from(random).toString('base64url')}`,
  expires: Math.floor(nowMs / 1000) + visitorDays * 86_400,
});

export const visitorAddress = (id: string): string => `webchat:${id}`;

/** `webchat:v.<22 characters>` or `webchat:u.<percent-encoded sub>`, as written by `visitorAddress`. */
export function normaliseAddress(address: string): string | undefined {
  const match = /^webchat:([vu])\.(\S+)$/i.exec(address.trim());
  if (!match) return undefined;
  const [, sort, rest] = match as unknown as [string, string, string];
  if (sort.toLowerCase() === 'v') return /^[A-Za-z0-9_-]{22}$/.test(rest) ? `webchat:v.${rest}` : undefined;
  try {
    const id = encodeURIComponent(decodeURIComponent(rest));
    return id && id.length <= 500 ? `webchat:u.${id}` : undefined;
  } catch {
    return undefined;
  }
}
