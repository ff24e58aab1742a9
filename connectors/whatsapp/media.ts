import type { Context } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { download, notFetched } from '../kit/download.ts';
import { mayHoldToken } from '../kit/meta/download.ts';
import type { Fetched } from '../kit/download.ts';
import { graphUrl } from '../kit/meta/graph.ts';
import { mediaInfoSchema } from '../kit/whatsapp/wire.ts';
import type { WhatsAppAccount } from './manifest.ts';

/** Inbound media is an id; the id gives an address that holds for five minutes, and that wants the token too. */
export async function fetchMedia(
  reference: string,
  { config, credentials }: WhatsAppAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[\w-]{1,128}$/.test(reference)) return { ok: false, permanent: true, reason: 'invalid_reference' };
  const token = credentials.access_token;
  const asked = await context.http.call({
    method: 'GET',
    url: `${graphUrl(config, reference)}?phone_number_id=${config.phone_number_id}`,
    headers: { authorization: `Bearer ${token}` },
    signal: context.signal,
  });
  if (asked.type !== 'answer' || asked.status !== 200) return notFetched(asked);
  const info = mediaInfoSchema.safeParse(answerJson(asked));
  if (!info.success) return { ok: false, permanent: false, reason: 'unreadable_answer' };
  const { url, mime_type, file_size } = info.data;
  if (file_size !== undefined && file_size > context.maxBytes)
    return { ok: false, permanent: true, reason: 'too_large' };
  const fetched = await download(context, {
    url,
    token: mayHoldToken(url, config.base_url) ? token : undefined,
  });
  const mediaType = mime_type?.split(';')[0]?.trim();
  return fetched.ok && mediaType ? { ...fetched, mediaType } : fetched;
}
