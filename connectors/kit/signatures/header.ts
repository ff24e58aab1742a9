import type { HookRequest } from '../../contract/index.ts';
import { hmacMatches, sameSecret } from '../signature.ts';
import type { HmacAlgorithm } from '../signature.ts';
import { authentic, refused } from './verified.ts';
import type { Verified } from './verified.ts';

/** A header that holds the HMAC of the body as it came. */
export interface BodySignature {
  /** In lower case. */
  header: string;
  algorithm: HmacAlgorithm;
  encoding: 'hex' | 'base64';
  /** What stands before the signature: `sha256=`. */
  prefix?: string;
}

/** LINE, "Verify webhook signature" (Messaging API documentation, read 2026-11-22): the key is the channel secret. */
export const lineSignature: BodySignature = {
  header: 'x-line-signature',
  algorithm: 'sha256',
  encoding: 'base64',
};

/** Viber, "Callbacks" (REST Bot API, read 2026-11-22): the key is the bot's authentication token. */
export const viberSignature: BodySignature = {
  header: 'x-viber-content-signature',
  algorithm: 'sha256',
  encoding: 'hex',
};

/**
 * 360dialog, "Signature Validation" (partner documentation, read 2026-11-22): the key is the platform secret of the Partner Hub.
 * The document does not say the encoding; integrations in the open use hexadecimal digits without a prefix.
 */
export const dialog360Signature: BodySignature = {
  header: 'x-360dialog-signature',
  algorithm: 'sha256',
  encoding: 'hex',
};

/** Meta, "Getting Started – Webhooks" (Graph API documentation): the key is the app secret. */
export const metaSignature: BodySignature = {
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
};

/** Checks a signature over the raw body alone. Such a scheme has no time: de-duplication is what stops a replay. */
export function verifyBodySignature(request: HookRequest, secret: string, scheme: BodySignature): Verified {
  const { header, algorithm, encoding, prefix = '' } = scheme;
  const given = request.headers[header];
  if (!given) return refused(`no ${header} header`);
  if (!given.startsWith(prefix)) return refused(`${header} has another form`);
  return hmacMatches({ algorithm, secret, data: request.body, given: given.slice(prefix.length), encoding })
    ? authentic
    : refused('the signature does not match');
}

/**
 * A header that holds the secret itself. Telegram, "setWebhook" (Bot API): `X-Telegram-Bot-Api-Secret-Token`; also aggregators
 * that send a fixed header. It proves who sent, not that nothing was changed: TLS has to.
 */
export function verifyHeaderSecret(request: HookRequest, header: string, secret: string): Verified {
  const given = request.headers[header];
  if (given === undefined) return refused(`no ${header} header`);
  return sameSecret(given, secret) ? authentic : refused(`${header} is another`);
}

export const telegramSecretHeader = 'x-telegram-bot-api-secret-token';

/** `Authorization: Bearer …` (RFC 6750, 2.1) with a token that was agreed on. */
export function verifyBearer(request: HookRequest, token: string): Verified {
  const given = bearerOf(request);
  if (given === undefined) return refused('no bearer token');
  return sameSecret(given, token) ? authentic : refused('another bearer token');
}

/** The token of `Authorization: Bearer …`; the scheme's name is not case-sensitive (RFC 9110, 11.1). */
export const bearerOf = ({ headers }: HookRequest): string | undefined =>
  /^bearer +([^\s,]+) *$/i.exec(headers['authorization'] ?? '')?.[1];

/** `Authorization: Basic …` (RFC 7617), UTF-8. */
export function verifyBasic(
  request: HookRequest,
  { user, password }: { user: string; password: string },
): Verified {
  const given = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (given === undefined) return refused('no user and password');
  // an empty password would open the door to everybody who knows the user
  if (password === '') return refused('no password is set');
  return sameSecret(Buffer.from(given, 'base64').toString('utf8'), `${user}:${password}`)
    ? authentic
    : refused('another user or password');
}

/** A token in the address that was given to the platform, for aggregators that sign nothing: `?token=…`. */
export function verifyQueryToken(request: HookRequest, name: string, token: string): Verified {
  const given = request.query.getAll(name);
  if (given.length === 0) return refused(`no ${name} in the address`);
  return given.length === 1 && sameSecret(given[0], token) ? authentic : refused(`another ${name}`);
}
