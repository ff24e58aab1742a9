import type { CallResult, Context } from '../contract/index.ts';

export type Fetched =
  | { ok: true; bytes: Uint8Array; mediaType?: string; name?: string }
  | { ok: false; permanent: boolean; reason: string };

const timeoutMs = 60_000;

/** Gets the bytes of a media item. `token`: as a bearer; `headers`: where the platform wants it otherwise. */
export async function download(
  context: Pick<Context, 'http' | 'signal'> & { maxBytes: number },
  { url, token, headers }: { url: string; token?: string | undefined; headers?: Record<string, string> },
): Promise<Fetched> {
  const { http, signal, maxBytes } = context;
  const authorised = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers };
  const result = await http.call({ method: 'GET', url, headers: authorised, signal, timeoutMs, maxBytes });
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
