import { advance, inTurn, liveKey } from './hub.ts';
import { uploadItem } from './inbound.ts';
import type { UploadedFile } from './inbound.ts';
import { maxUploadBytes, uploadTypes } from './manifest.ts';
import type { Asked } from './asked.ts';
import { readVisitor } from './token.ts';
import { clientIdSchema } from './wire.ts';

type Refusal = { ok: false; status: 401 | 413 | 415 | 422 | 429 | 503; code: string };
type UploadResult = { ok: true; body: { message_id?: string } } | Refusal;

/**
 * A visitor's file is a message of its own: `token`, `client_id` and `file` in one form. Accepted like any message, once per
 * client id however often it comes; the gateway sniffs and stores the bytes.
 */
export async function receiveUpload({ request, account, host, threads }: Asked): Promise<UploadResult> {
  const form = await readUpload(request.body, request.headers['content-type']);
  if (!form.ok) return form;
  const read = readVisitor(form.token, {
    accountId: account.id,
    secret: account.credentials.secret,
    nowMs: host.now(),
  });
  if (!read.ok) return { ok: false, status: 401, code: `token_${read.reason}` };
  const { visitor } = read;
  try {
    const [accepted] = await host.accept(account, [uploadItem(form.file, { visitor }, host.now())]);
    const live = threads.get(liveKey(account.id, visitor.id));
    if (live) await inTurn(live, () => advance(live, host)).catch(() => undefined);
    return { ok: true, body: { ...(accepted?.messageId && { message_id: accepted.messageId }) } };
  } catch {
    host.log.error('webchat_upload_failed', { account_id: account.id });
    return { ok: false, status: 503, code: 'unavailable' };
  }
}

/** The form (RFC 7578) and its limits. What is none is a refusal, never an exception. */
export async function readUpload(
  body: Uint8Array,
  contentType = '',
): Promise<{ ok: true; token: string; file: UploadedFile } | Refusal> {
  if (body.length > maxUploadBytes + 16_384) return { ok: false, status: 413, code: 'too_large' };
  const form = await new Response(Buffer.from(body), { headers: { 'content-type': headerSafe(contentType) } })
    .formData()
    .catch(() => undefined);
  const [token, clientId, file] = [form?.get('token'), form?.get('client_id'), form?.get('file')];
  const id = clientIdSchema.safeParse(clientId);
  if (typeof token !== 'string' || !id.success || !(file instanceof File))
    return { ok: false, status: 422, code: 'bad_request' };
  const mediaType = file.type.split(';')[0]!.trim().toLowerCase();
  if (!uploadTypes.includes(mediaType)) return { ok: false, status: 415, code: 'media_type_refused' };
  if (file.size > maxUploadBytes) return { ok: false, status: 413, code: 'too_large' };
  if (file.size === 0) return { ok: false, status: 422, code: 'empty_file' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { ok: true, token, file: { clientId: id.data, bytes, mediaType, name: safeName(file.name) } };
}

const headerSafe = (value: string): string => value.replaceAll(/[^\u0020-\u007e]/g, '');

/** A file name without paths, control characters, direction overrides (they hide an extension) and lone surrogates. */
const safeName = (name: string): string =>
  name
    .toWellFormed()
    .replaceAll(/^.*[/\\]/g, '')
    // eslint-disable-next-line no-control-regex -- control characters are what this takes out
    .replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '')
    .slice(-200)
    .toWellFormed() || 'file';
