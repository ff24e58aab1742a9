import type { Context } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { notFetched } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { mediaInfoSchema } from '../kit/whatsapp/wire.ts';
import type { Dialog360Account } from './manifest.ts';
import { keyHeader, urlOf } from './platform.ts';

/**
 * An id gives an address at Meta's, which is fetched from 360dialog under the same path and query: the host is theirs, and so is the key
 * ("Upload, retrieve or delete media"). Whatever host the answer names, the key goes to `base_url` alone.
 */
export async function fetchMedia(
  reference: string,
  { config, credentials }: Dialog360Account,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[\w-]{1,128}$/.test(reference)) return { ok: false, permanent: true, reason: 'invalid_reference' };
  const call = {
    method: 'GET',
    headers: { [keyHeader]: credentials.api_key },
    signal: context.signal,
  } as const;
  const asked = await context.http.call({ ...call, url: urlOf(config, reference) });
  if (asked.type !== 'answer' || asked.status !== 200) return notFetched(asked);
  const info = mediaInfoSchema.safeParse(answerJson(asked));
  if (!info.success) return { ok: false, permanent: false, reason: 'unreadable_answer' };
  const { url, mime_type, file_size } = info.data;
  if (file_size !== undefined && file_size > context.maxBytes)
    return { ok: false, permanent: true, reason: 'too_large' };
  const { pathname, search } = new URL(url);
  const fetched = await context.http.call({
    ...call,
    url: urlOf(config, `${pathname.replace(/^\/+/, '')}${search}`),
    timeoutMs: 60_000,
    maxBytes: context.maxBytes,
  });
  if (fetched.type !== 'answer' || fetched.status !== 200) return notFetched(fetched);
  const mediaType = (mime_type ?? fetched.headers['content-type'])?.split(';')[0]?.trim();
  return { ok: true, bytes: fetched.body, ...(mediaType ? { mediaType } : {}) };
}
