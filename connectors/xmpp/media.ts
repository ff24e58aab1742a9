import type { ContentOf, Media } from '../../protocol/content.ts';
import type { Context, InboundMessage, OutboundMedia } from '../contract/index.ts';
import { defined, lineOf } from '../kit/fields.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { attr, child, ns } from './stanza.ts';
import type { Element } from './xml-stream.ts';

interface Shared {
  url: string;
  content: ContentOf<'media'>;
  media: NonNullable<InboundMessage['media']>;
}

const maxFiles = 16;

const isWeb = (url: string): boolean =>
  url.length <= 2048 && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url);

/** The files of a message, each by a web address: XEP-0447, XEP-0385 or, where neither says more, XEP-0066. */
export function shared(message: Element): Shared[] {
  const described = [
    ...message.children.filter((each) => each.name === 'file-sharing' && each.ns === ns.sharing),
    ...message.children
      .filter((each) => each.name === 'reference' && each.ns === ns.reference)
      .flatMap((each) =>
        each.children.filter(({ name, ns: of }) => name === 'media-sharing' && /^urn:xmpp:sims:\d$/.test(of)),
      ),
  ].flatMap((sharing) => {
    const url = sourceOf(sharing);
    const file = sharing.children.find(({ name }) => name === 'file');
    return url === undefined ? [] : [fileOf(url, file)];
  });
  const plain = message.children
    .filter((each) => each.name === 'x' && each.ns === ns.oob)
    .flatMap((x) => child(x, 'url', ns.oob)?.text.trim() ?? [])
    .filter((url) => isWeb(url) && described.every((one) => one.url !== url))
    .map((url) => fileOf(url, undefined));
  return [...described, ...plain].slice(0, maxFiles);
}

function sourceOf(sharing: Element): string | undefined {
  const sources = sharing.children.find(({ name }) => name === 'sources')?.children ?? [];
  const urls = sources.map((each) => attr(each, each.ns === ns.urlData ? 'target' : 'uri') ?? '');
  return urls.find(isWeb);
}

const byExtension: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
};

function fileOf(url: string, file: Element | undefined): Shared {
  const told = (key: string): string | undefined =>
    file?.children.find(({ name }) => name === key)?.text.trim() || undefined;
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  const extension = /\.([a-z0-9]{1,8})$/i.exec(last)?.[1]?.toLowerCase() ?? '';
  const guessed = Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined;
  const mediaType = lineOf(told('media-type') ?? guessed, 127);
  const name = lineOf(told('name') ?? decodedName(last), 240);
  const alt = lineOf(told('desc'));
  const type = (/^(image|audio|video)\//.exec(mediaType ?? '')?.[1] ?? 'file') as Media['type'];
  return {
    url,
    content: { kind: 'media', media: { type, id: 'file', ...defined({ name, alt }) } },
    media: { file: { reference: url, ...defined({ mediaType, name }) } },
  };
}

function decodedName(last: string): string {
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Clients show a picture by what its address ends in; the gateway takes a name behind its own path. */
export function addressOf({ url, name, mediaType }: OutboundMedia): string {
  const known = Object.keys(byExtension).find((key) => byExtension[key] === mediaType.split(';')[0]?.trim());
  const plain = (name ?? '').replaceAll(/[^\p{L}\p{N}._-]/gu, '_').slice(-100);
  const full = /\.[a-z0-9]{1,8}$/i.test(plain) ? plain : `${plain || 'file'}.${known ?? 'bin'}`;
  const address = new URL(url);
  address.pathname += `/${encodeURIComponent(full)}`;
  return address.href;
}

/** From wherever the person's server keeps files: the guard of the gateway's client says which hosts are none. */
export const fetchMedia = async (
  reference: string,
  _account: unknown,
  context: Context & { maxBytes: number },
): Promise<Fetched> =>
  isWeb(reference)
    ? download(context, { url: reference })
    : { ok: false, permanent: true, reason: 'no web address' };
