import { createDecipheriv, createHash } from 'node:crypto';
import { z } from 'zod';
import type { HookRequest } from '../contract/index.ts';
import { sameSecret } from '../kit/signature.ts';
import { fiveMinutesMs } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { staleness } from '../kit/signatures/verified.ts';
import { readXml } from '../kit/xml.ts';
import type { WechatAccount } from './manifest.ts';

const outerSchema = z.looseObject({ xml: z.looseObject({ Encrypt: z.string().min(1).max(1_000_000) }) });
const randomBytes = 16;
const lengthBytes = 4;
/** PKCS#7 to a multiple of 32, although AES has blocks of 16. */
const padTo = 32;

/** SHA-1 over the sorted parts: of what stands in the address, and of the encrypted body where there is one. */
export const signatureOf = (...parts: string[]): string =>
  createHash('sha1').update(parts.toSorted().join('')).digest('hex');

const refused = (reason: string): Verified => ({ ok: false, reason });

/** `signature`: that the caller knows the token. It covers no body and, in a set-up request, no time that is checked. */
export function knowsToken({ query }: HookRequest, token: string): boolean {
  const [timestamp, nonce] = [query.get('timestamp'), query.get('nonce')];
  if (!timestamp || !nonce) return false;
  return sameSecret(query.get('signature') ?? undefined, signatureOf(token, timestamp, nonce));
}

/**
 * Plain mode signs neither the body nor itself against replay: five minutes and de-duplication is all there is. With a key only what is
 * encrypted is taken, or whoever saw one plain request could write their own.
 */
export function verify(request: HookRequest, account: WechatAccount, nowMs: number): Verified {
  const { token, encoding_aes_key: key } = account.credentials;
  const { query } = request;
  const stale = staleness(query.get('timestamp') ?? undefined, { nowMs, toleranceMs: fiveMinutesMs });
  if (stale) return refused(stale);
  if (key === undefined)
    return knowsToken(request, token) ? { ok: true } : refused('the signature does not match');
  const encrypted = encryptedIn(request.body);
  if (encrypted === undefined) return refused('the body is not encrypted');
  const expected = signatureOf(token, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypted);
  if (!sameSecret(query.get('msg_signature') ?? undefined, expected))
    return refused('msg_signature does not match');
  return decrypt(encrypted, key, account.config.app_id)
    ? { ok: true }
    : refused('the body is encrypted with another key, or for another account');
}

function encryptedIn(body: Uint8Array): string | undefined {
  const outer = readXml(body);
  return outer.ok ? outerSchema.safeParse(outer.value).data?.xml.Encrypt : undefined;
}

/** What the message says once it is opened; undefined if the key does not open it. */
export function opened(request: HookRequest, { config, credentials }: WechatAccount): Uint8Array | undefined {
  const { encoding_aes_key: key } = credentials;
  if (key === undefined) return request.body;
  const encrypted = encryptedIn(request.body);
  return encrypted === undefined ? undefined : decrypt(encrypted, key, config.app_id);
}

/** Base64 of AES-256-CBC of: 16 random bytes, the length of the message (big-endian), the message, the AppID. */
export function decrypt(encrypted: string, encodingAesKey: string, appId: string): Uint8Array | undefined {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const sealed = Buffer.from(encrypted, 'base64');
  if (key.length !== 32 || sealed.length === 0 || sealed.length % 16 !== 0) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(sealed), decipher.final()]);
  const pad = padded.at(-1)!;
  if (pad < 1 || pad > padTo || pad > padded.length) return undefined;
  const plain = padded.subarray(0, -pad);
  if (plain.length < randomBytes + lengthBytes) return undefined;
  const end = randomBytes + lengthBytes + plain.readUInt32BE(randomBytes);
  if (end > plain.length || plain.subarray(end).toString('utf8') !== appId) return undefined;
  return plain.subarray(randomBytes + lengthBytes, end);
}
