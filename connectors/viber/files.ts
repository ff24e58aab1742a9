import type { Media } from '../../protocol/content.ts';
import type { OutboundMedia } from '../contract/index.ts';
import { shorten } from '../kit/text.ts';

/** A request to `send_message`, without receiver and sender. */
export type Body = Record<string, unknown>;
/** Media of a part by their id. */
export type Files = ReadonlyMap<string, OutboundMedia>;

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'text/plain': 'txt',
};

/** A name with an extension, without which Viber's apps don't know what to do with a file. */
export function fileName({ name, mediaType }: OutboundMedia): string {
  const extension = extensions[mediaType.split(';')[0]!.trim()] ?? 'bin';
  // eslint-disable-next-line no-control-regex -- control characters are what this takes out
  const plain = (name ?? 'file').replace(/[\u0000-\u001f\u007f/\\?#%]/g, '_');
  const dot = plain.lastIndexOf('.');
  const own = dot > 0 && /^\.[A-Za-z0-9]{1,8}$/.test(plain.slice(dot)) ? plain.slice(dot) : undefined;
  const stem = own ? plain.slice(0, dot) : plain;
  return `${shorten(stem, { max: 200, unit: 'utf16' })}${own ?? `.${extension}`}`;
}

/** Viber wants an extension at the end of the path; the gateway takes a file name behind its own. */
export function addressOf(item: Media, files: Files): string | undefined {
  const file = item.id === undefined ? undefined : files.get(item.id);
  if (!file) return item.url;
  const url = new URL(file.url);
  url.pathname += `/file.${fileName(file).split('.').at(-1)}`;
  return url.href;
}
