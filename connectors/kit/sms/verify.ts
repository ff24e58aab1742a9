import { z } from 'zod';
import type { HookRequest } from '../../contract/index.ts';
import { hmacMatches } from '../signature.ts';
import { verifyBasic, verifyBearer, verifyHeaderSecret, verifyQueryToken } from '../signatures/index.ts';
import type { Verified } from '../signatures/index.ts';
import { refused, staleness } from '../signatures/verified.ts';
import { fill, headerTemplateSchema } from './template.ts';
import { accountLookup } from './variables.ts';

const header = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, 'expected the name of a header in lower case')
  .refine((name) => name !== 'host', 'is a header that anybody writes');
const secretSchema = headerTemplateSchema.regex(/\{secret\.[a-z0-9_]+\}/, 'expected a {secret.…}');

/** How a call is known to come from the aggregator, as data. There is no way to say that it need not be known. */
export const verifySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('basic'), user: headerTemplateSchema, password: secretSchema }),
  z.strictObject({ type: z.literal('bearer'), token: secretSchema }),
  z.strictObject({ type: z.literal('header'), name: header, value: secretSchema }),
  z.strictObject({
    type: z.literal('query'),
    name: z.string().regex(/^[\w.-]{1,64}$/),
    value: secretSchema,
  }),
  z.strictObject({
    type: z.literal('hmac'),
    header,
    secret: secretSchema,
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z.string().max(32).default('').describe('What stands before the signature'),
    signed: z
      .array(z.union([z.enum(['body', 'url', 'timestamp']), z.strictObject({ text: z.string().max(8) })]))
      .min(1)
      .max(8)
      .refine((parts) => parts.includes('body'), 'must cover the body')
      .default(['body'])
      .describe('What is signed, one after the other'),
    timestamp: z
      .strictObject({ header, tolerance_seconds: z.int().min(30).max(172_800).default(300) })
      .optional(),
  }),
]);
export type Verify = z.output<typeof verifySchema>;

/** Checks a call by that. */
export function verifyBy(
  scheme: Verify,
  request: HookRequest,
  account: { config: unknown; credentials: unknown },
  nowMs: number,
): Verified {
  const lookup = accountLookup(account);
  const of = (template: string): string => fill(template, lookup) ?? '';
  switch (scheme.type) {
    case 'basic':
      return verifyBasic(request, { user: of(scheme.user), password: of(scheme.password) });
    case 'bearer':
      return verifyBearer(request, of(scheme.token));
    case 'header':
      return verifyHeaderSecret(request, scheme.name, of(scheme.value));
    case 'query':
      return verifyQueryToken(request, scheme.name, of(scheme.value));
    case 'hmac':
      return verifyHmac(scheme, request, of(scheme.secret), nowMs);
  }
}

function verifyHmac(
  scheme: Extract<Verify, { type: 'hmac' }>,
  request: HookRequest,
  secret: string,
  nowMs: number,
): Verified {
  const { algorithm, encoding, prefix, timestamp } = scheme;
  const given = request.headers[scheme.header];
  if (!given?.startsWith(prefix)) return refused(`no ${scheme.header} header`);
  const time = timestamp && request.headers[timestamp.header];
  const stale = timestamp && staleness(time, { nowMs, toleranceMs: timestamp.tolerance_seconds * 1000 });
  if (stale) return refused(stale);
  const parts = { body: request.body, url: Buffer.from(request.url), timestamp: Buffer.from(time ?? '') };
  const data = Buffer.concat(
    scheme.signed.map((part) => (typeof part === 'string' ? parts[part] : Buffer.from(part.text))),
  );
  return hmacMatches({ algorithm, secret, data, given: given.slice(prefix.length), encoding })
    ? { ok: true }
    : refused('the signature does not match');
}
