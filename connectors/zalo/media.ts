import { failure } from '../../protocol/failures.ts';
import type { Context, OutboundMedia, SendOutcome } from '../contract/index.ts';
import { fileName } from '../kit/file-name.ts';
import { answerJson } from '../kit/http.ts';
import { Uploads } from '../kit/uploads.ts';
import { callZalo, notEven } from './api.ts';
import type { ZaloAccount } from './manifest.ts';
import { uploadedSchema } from './wire.ts';

/** Zalo keeps pictures for seven days; an id is not used in the last of them. */
const uploads = new Uploads(6 * 86_400_000);

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
};

/** The name is what the consumer sees; Zalo reads the format from its end. */
function nameOf(file: OutboundMedia, extension: string): string {
  const plain = fileName(file).slice(0, 120);
  return plain.toLowerCase().endsWith(`.${extension}`) ? plain : `${plain.toWellFormed()}.${extension}`;
}

export type Uploaded =
  | {
      ok: true;
      id: string;
      gif: boolean;
      /** Zalo does not know it: the next call uploads again. */ forget(): void;
    }
  | { ok: false; outcome: Exclude<SendOutcome, { type: 'sent' }> };

/** "Upload image", "Upload GIF", "Upload file": an attachment id, of a file a token. */
export async function upload(
  file: OutboundMedia | undefined,
  account: ZaloAccount,
  context: Context,
): Promise<Uploaded> {
  const bytes = await file?.read().catch(() => undefined);
  const mediaType = file?.mediaType.split(';')[0]!.trim() ?? '';
  const extension = extensions[mediaType];
  if (!file || !bytes || !extension)
    return { ok: false, outcome: { type: 'rejected', failure: failure('media_unavailable') } };
  const gif = mediaType === 'image/gif';
  const kind = gif ? 'gif' : mediaType.startsWith('image/') ? 'image' : 'file';
  const name = nameOf(file, extension);
  const key = uploads.keyOf([account.id, kind, kind === 'file' ? name : ''], bytes);
  const forget = () => uploads.forget(key);
  const kept = uploads.find(key, context.now());
  if (kept) return { ok: true, id: kept, gif, forget };
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)], { type: mediaType }), name);
  const path = `/v2.0/oa/upload/${kind}`;
  const called = await callZalo(account, { method: 'POST', path, body, timeoutMs: 60_000 }, context);
  if (!called.ok) return called;
  const { result } = called;
  const id = result.type === 'answer' ? uploadedSchema.safeParse(answerJson(result)).data?.data : undefined;
  if (id === undefined) return { ok: false, outcome: notEven(result, context.now()) };
  uploads.keep(key, id, context.now());
  return { ok: true, id, gif, forget };
}
