import type { Context, InboundMessage, MediaFetcher } from '../../contract/index.ts';
import type { Media } from '../../../protocol/content.ts';
import { textAt } from './path.ts';

interface Found {
  url: string;
  mediaType?: string;
}

const maxMedia = 10;

/** The media that an MMS names, one after the other. */
export function mediaIn(value: unknown, paths: { url: string; type?: string | undefined }): Found[] {
  const found: Found[] = [];
  for (let n = 0; n < maxMedia; n++) {
    const url = textAt(value, paths.url.replaceAll('{n}', String(n)));
    // some platforms count from 1
    if (url === undefined && n === 0 && paths.url.includes('{n}')) continue;
    if (url === undefined || url.length > 2048 || !/^https?:\/\//.test(url) || !URL.canParse(url)) break;
    const type = paths.type && textAt(value, paths.type.replaceAll('{n}', String(n)));
    const mediaType = type && /^[\w.+-]{1,60}\/[\w.+-]{1,60}/.exec(type)?.[0];
    found.push({ url, ...(mediaType ? { mediaType } : {}) });
    if (!paths.url.includes('{n}')) break;
  }
  return found;
}

const kinds: Record<string, Media['type']> = { image: 'image', audio: 'audio', video: 'video' };

/** One content each; the text is the caption of the first. */
export const mediaContents = (
  text: string,
  found: readonly Found[],
): Pick<InboundMessage, 'content' | 'media'>[] =>
  found.map(({ url, mediaType }, index) => ({
    content: {
      kind: 'media',
      media: { type: kinds[mediaType?.split('/')[0] ?? ''] ?? 'file', id: 'm' },
      ...(index === 0 && text !== '' ? { caption: text } : {}),
    },
    media: { m: { reference: url, ...(mediaType ? { mediaType } : {}) } },
  }));

const maxRedirects = 3;

/**
 * Fetches media that a message named. The account's credentials go to its own platform only; a redirect (to where the bytes lie) is
 * followed without them.
 */
export async function fetchSmsMedia(
  reference: string,
  own: { baseUrl: string; headers: Record<string, string> },
  context: Context & { maxBytes: number },
): ReturnType<MediaFetcher<unknown, unknown>['fetch']> {
  const origin = new URL(own.baseUrl).origin;
  let url = reference;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) break;
    const result = await context.http.call({
      method: 'GET',
      url,
      headers: new URL(url).origin === origin ? own.headers : {},
      maxBytes: context.maxBytes,
      timeoutMs: 60_000,
      signal: context.signal,
    });
    if (result.type !== 'answer')
      return {
        ok: false,
        permanent: result.reason === 'too_large' || result.reason === 'guard',
        reason: result.reason,
      };
    const { status, headers, body } = result;
    const next = headers['location'];
    if (status >= 300 && status < 400 && next && URL.canParse(next, url)) {
      url = new URL(next, url).href;
      continue;
    }
    if (status >= 200 && status < 300)
      return {
        ok: true,
        bytes: body,
        ...(headers['content-type'] ? { mediaType: headers['content-type'].split(';')[0]!.trim() } : {}),
      };
    return { ok: false, permanent: status < 500 && status !== 429, reason: `status_${status}` };
  }
  return { ok: false, permanent: true, reason: 'no address' };
}
