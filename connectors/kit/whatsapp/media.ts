import type { Context } from '../../contract/index.ts';
import { download, notFetched } from '../download.ts';
import type { Fetched } from '../download.ts';
import { answerJson } from '../http.ts';
import { mediaInfoSchema } from './wire.ts';

/** What `download` takes. */
type File = Parameters<typeof download>[1];

/** Inbound media is an id; the id gives an address, which holds for five minutes. `file`: how what stands there is had. */
export async function fetchCloudMedia(
  reference: string,
  context: Context & { maxBytes: number },
  {
    infoUrl,
    headers,
    file,
  }: { infoUrl(id: string): string; headers: Record<string, string>; file(url: string): File },
): Promise<Fetched> {
  if (!/^[\w-]{1,128}$/.test(reference)) return { ok: false, permanent: true, reason: 'invalid_reference' };
  const { http, signal, maxBytes } = context;
  const asked = await http.call({ method: 'GET', url: infoUrl(reference), headers, signal });
  if (asked.type !== 'answer' || asked.status !== 200) return notFetched(asked);
  const info = mediaInfoSchema.safeParse(answerJson(asked));
  if (!info.success) return { ok: false, permanent: false, reason: 'unreadable_answer' };
  const { url, mime_type: told, file_size: bytes } = info.data;
  if (bytes !== undefined && bytes > maxBytes) return { ok: false, permanent: true, reason: 'too_large' };
  const fetched = await download(context, file(url));
  const mediaType = told?.split(';')[0]?.trim();
  return fetched.ok && mediaType ? { ...fetched, mediaType } : fetched;
}
