import { createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import type { Context, OutboundMedia, SendOutcome } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { download, notFetched } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { callApple, notPrepared } from './api.ts';
import type { AppleAccount } from './manifest.ts';
import { downloadSchema, uploadSchema, uploadedSchema } from './wire.ts';
import type { AppleAttachment } from './wire.ts';

/** Every file has a key of its own: the counter begins at nought. */
const iv = new Uint8Array(16);
const encrypt = (bytes: Uint8Array, key: Uint8Array): Buffer =>
  createCipheriv('aes-256-ctr', key, iv).update(bytes);
const decrypt = (bytes: Uint8Array, key: Uint8Array): Buffer =>
  createDecipheriv('aes-256-ctr', key, iv).update(bytes);

/** An entry of `attachments`. */
export type SentAttachment = Record<string, string>;

/** Encrypts and uploads: ask for a place, fill it, and say to the receiver where it is and how to read it. */
export async function upload(
  item: OutboundMedia,
  account: AppleAccount,
  context: Context,
): Promise<{ ok: true; attachment: SentAttachment } | { ok: false; outcome: SendOutcome }> {
  const key = context.random(32);
  const body = encrypt(await item.read(), key);
  const size = String(body.length);
  const asked = await callApple(
    account,
    { method: 'GET', path: 'preUpload', headers: { 'mmcs-size': size } },
    context,
  );
  const place =
    asked.type === 'answer' && asked.status === 200
      ? uploadSchema.safeParse(answerJson(asked)).data
      : undefined;
  if (!place) return { ok: false, outcome: notPrepared(asked, context.now()) };
  // the address is for this file alone: no token goes there
  const put = await context.http.call({
    method: 'POST',
    url: place['upload-url'],
    headers: { 'content-type': 'application/octet-stream' },
    body,
    signal: context.signal,
    timeoutMs: 60_000,
  });
  const done =
    put.type === 'answer' && put.status === 200 ? uploadedSchema.safeParse(answerJson(put)).data : undefined;
  if (!done) return { ok: false, outcome: notPrepared(put, context.now()) };
  return {
    ok: true,
    attachment: {
      name: item.name ?? `file.${item.mediaType.split('/')[1]?.replace(/[^\w]/g, '') || 'bin'}`,
      mimeType: item.mediaType,
      size,
      'signature-base64': done.singleFile.fileChecksum,
      url: place['mmcs-url'],
      owner: place['mmcs-owner'],
      key: `00${Buffer.from(key).toString('hex')}`,
    },
  };
}

const referenceSchema = z.strictObject({
  url: z.string(),
  owner: z.string(),
  signature: z.string(),
  key: z.string().regex(/^[\da-f]{64}$/i),
  bid: z.string().optional(),
});

/** Where a file is, and how to read it; with `bid`, it is an answer that was too large for the message. */
export const referenceOf = ({ url, owner, signature, key }: AppleAttachment, bid?: string): string =>
  JSON.stringify({
    url,
    owner,
    signature: Buffer.from(signature, 'hex').toString('base64'),
    key: key.slice(2),
    ...(bid === undefined ? {} : { bid }),
  } satisfies z.infer<typeof referenceSchema>);

export async function fetchMedia(
  reference: string,
  account: AppleAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  const file = readReference(reference);
  if (!file) return { ok: false, permanent: true, reason: 'no attachment of Apple Messages' };
  const headers = { 'mmcs-url': file.url, 'mmcs-signature': file.signature, 'mmcs-owner': file.owner };
  const asked = await callApple(account, { method: 'GET', path: 'preDownload', headers }, context);
  if (asked.type !== 'answer' || asked.status !== 200) return notFetched(asked);
  const place = downloadSchema.safeParse(answerJson(asked)).data;
  if (!place) return { ok: false, permanent: false, reason: 'unreadable_answer' };
  const fetched = await download(context, { url: place['download-url'] });
  if (!fetched.ok) return fetched;
  const bytes = decrypt(fetched.bytes, Buffer.from(file.key, 'hex'));
  // what the storage says of the type is said of encrypted bytes
  return file.bid === undefined ? { ok: true, bytes } : decoded(bytes, file.bid, { account, context });
}

/** "Receiving an Interactive Message": what was decrypted is still in Apple's own form. */
async function decoded(
  body: Uint8Array,
  bid: string,
  { account, context }: { account: AppleAccount; context: Context & { maxBytes: number } },
): Promise<Fetched> {
  const result = await callApple(
    account,
    {
      method: 'POST',
      path: 'decodePayload',
      headers: { bid, 'content-type': 'application/octet-stream' },
      body,
      maxBytes: context.maxBytes,
    },
    context,
  );
  return result.type === 'answer' && result.status === 200
    ? { ok: true, bytes: result.body, mediaType: 'application/json', name: 'answer.json' }
    : notFetched(result);
}

function readReference(reference: string): z.infer<typeof referenceSchema> | undefined {
  try {
    return referenceSchema.safeParse(JSON.parse(reference)).data;
  } catch {
    return undefined;
  }
}
