import { failure } from '../../protocol/failures.ts';
import type { Context, OutboundMedia, SendOutcome } from '../contract/index.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { Uploads } from '../kit/uploads.ts';
import { callWechat, errcodeOf, notEven } from './api.ts';
import type { WechatAccount } from './manifest.ts';
import { exactJson, uploadedSchema, videoSchema } from './wire.ts';

/** WeChat keeps temporary media for three days; an id is not used in its last hour. */
const uploads = new Uploads(3 * 86_400_000 - 3_600_000);

export type MediaKind = 'image' | 'voice' | 'video';
const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
};

export type Uploaded =
  | { ok: true; mediaId: string; /** WeChat does not know it: the next call uploads again. */ forget(): void }
  | { ok: false; outcome: Exclude<SendOutcome, { type: 'sent' }> };

/** "Upload temporary media". */
export async function upload(
  { file, kind }: { file: OutboundMedia | undefined; kind: MediaKind },
  account: WechatAccount,
  context: Context,
): Promise<Uploaded> {
  const bytes = await file?.read().catch(() => undefined);
  if (!file || !bytes)
    return { ok: false, outcome: { type: 'rejected', failure: failure('media_unavailable') } };
  const key = uploads.keyOf([account.config.base_url, account.config.app_id, kind], bytes);
  const forget = () => uploads.forget(key);
  const kept = uploads.find(key, context.now());
  if (kept) return { ok: true, mediaId: kept, forget };
  const mediaType = file.mediaType.split(';')[0]!.trim();
  const body = new FormData();
  // the name shows nowhere; WeChat reads the format from its end
  body.append(
    'media',
    new Blob([new Uint8Array(bytes)], { type: mediaType }),
    `media.${extensions[mediaType] ?? 'mp3'}`,
  );
  const called = await callWechat(
    account,
    { method: 'POST', path: 'media/upload', query: { type: kind }, body, timeoutMs: 60_000 },
    context,
  );
  if (!called.ok) return called;
  const { result } = called;
  const uploaded =
    result.type === 'answer' && result.status === 200
      ? uploadedSchema.safeParse(exactJson(result.body)).data
      : undefined;
  if (!uploaded) return { ok: false, outcome: notEven(result, context.now()) };
  uploads.keep(key, uploaded.media_id, context.now());
  return { ok: true, mediaId: uploaded.media_id, forget };
}

/** "Get temporary media": the bytes, but of a film the address where they are, which needs no token and must not get it. */
export async function fetchMedia(
  reference: string,
  account: WechatAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[\w-]{1,512}$/.test(reference)) return { ok: false, permanent: true, reason: 'no media id' };
  const called = await callWechat(
    account,
    {
      method: 'GET',
      path: 'media/get',
      query: { media_id: reference },
      timeoutMs: 60_000,
      maxBytes: context.maxBytes,
    },
    context,
  );
  if (!called.ok) return { ok: false, permanent: false, reason: 'no token' };
  const { result } = called;
  if (result.type !== 'answer')
    return { ok: false, permanent: result.reason === 'too_large', reason: result.reason };
  const code = errcodeOf(result);
  if (code !== undefined && code !== 0)
    return { ok: false, permanent: code !== -1 && code !== 45009, reason: `errcode_${code}` };
  if (result.status !== 200)
    return { ok: false, permanent: result.status === 404, reason: `status_${result.status}` };
  const film = videoSchema.safeParse(exactJson(result.body)).data;
  if (film) return download(context, { url: film.video_url });
  const mediaType = result.headers['content-type']?.split(';')[0]?.trim();
  return { ok: true, bytes: result.body, ...(mediaType ? { mediaType } : {}) };
}
