import type { Media } from '../../protocol/content.ts';
import type { Context, InboundMessage } from '../contract/index.ts';
import { defined, lineOf } from '../kit/fields.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import type { DiscordAccount } from './manifest.ts';
import type { Attachment } from './wire.ts';

/** An attachment in our words. Its address is signed and good for a day or so; it needs no token. */
export function attached(file: Attachment, caption?: string): Pick<InboundMessage, 'content' | 'media'> {
  const family = /^(image|audio|video)\//.exec(file.content_type ?? '')?.[1] as Media['type'] | undefined;
  const name = lineOf(file.filename, 240);
  return {
    content: {
      kind: 'media',
      media: { type: family ?? 'file', id: 'file', ...defined({ name }) },
      ...defined({ caption }),
    },
    media: {
      file: {
        reference: file.url || 'none',
        ...defined({ mediaType: lineOf(file.content_type?.split(';')[0], 127), name }),
      },
    },
  };
}

/** Files of Discord's lie on its own hosts; nothing else is fetched, and nothing is given the token. */
export async function fetchMedia(
  reference: string,
  { config }: DiscordAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  const url = URL.canParse(reference) ? new URL(reference) : undefined;
  const own =
    url?.origin === new URL(config.base_url).origin ||
    (url?.protocol === 'https:' && /(^|\.)(discordapp\.(com|net)|discord\.com)$/.test(url.hostname));
  return own
    ? download(context, { url: reference })
    : { ok: false, permanent: true, reason: 'the file is not with Discord' };
}
