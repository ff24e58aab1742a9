import type { CallResult, Context } from '../../contract/index.ts';

export type Fetched =
  | { ok: true; bytes: Uint8Array; mediaType?: string; name?: string }
  | { ok: false; permanent: boolean; reason: string };

/** Meta's own hosts, from which media come. The token goes nowhere else. */
const metaHosts = /(^|\.)(facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net)$/;

export const mayHoldToken = (url: string, baseUrl: string): boolean =>
  URL.canParse(url) &&
  (new URL(url).origin === new URL(baseUrl).origin ||
    (new URL(url).protocol === 'https:' && metaHosts.test(new URL(url).hostname)));

/** Gets the bytes of a media item. */
export async function download(
  context: Context & { maxBytes: number },
  { url, token }: { url: string; token?: string | undefined },
): Promise<Fetched> {
  const result = await context.http.call({
    method: 'GET',
    url,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: context.signal,
    timeoutMs: 60_000,
    maxBytes: context.maxBytes,
  });
  if (result.type !== 'answer' || result.status !== 200) return notFetched(result);
  const mediaType = result.headers['content-type']?.split(';')[0]?.trim();
  return { ok: true, bytes: result.body, ...(mediaType ? { mediaType } : {}) };
}

/** Why nothing came, and whether asking again can help: an expired token and a failing platform may mend, a lost file will not. */
export function notFetched(result: CallResult): Fetched {
  if (result.type !== 'answer')
    return {
      ok: false,
      permanent: result.reason === 'too_large' || result.reason === 'invalid_url',
      reason: result.reason,
    };
  const { status } = result;
  return {
    ok: false,
    permanent: status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status),
    reason: `status_${status}`,
  };
}
