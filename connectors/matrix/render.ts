import type { Content, Media } from '../../protocol/content.ts';
import { cut } from '../kit/fields.ts';
import type { OutboundMedia } from '../contract/index.ts';

/** An event to send, or a call that is none. */
export type Rendered =
  | { type: 'event'; event: string; content: Record<string, unknown> }
  | { type: 'redact'; target: string }
  | { type: 'unreact'; target: string }
  | { type: 'typing'; on: boolean }
  | { type: 'read'; target: string }
  | { type: 'refused'; code: 'content_refused' | 'content_unsupported' | 'media_unavailable' };

export interface Rendering {
  content: Content;
  replyTo: string | undefined;
  /** The file of the content, once uploaded. */
  file?: { url: string; held: OutboundMedia } | undefined;
}

/** Control characters mean nothing here, and JSON writes each of them in six bytes. */
// eslint-disable-next-line no-control-regex -- control characters are what this takes out
const visible = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f]/g, ' ');

export function render({ content, replyTo, file }: Rendering): Rendered {
  switch (content.kind) {
    case 'typing':
      return { type: 'typing', on: content.on !== false };
    case 'read':
      return replyTo ? { type: 'read', target: replyTo } : refused('content_refused');
    case 'reaction':
    case 'edit':
    case 'removal':
      return replyTo ? aboutEarlier(content, replyTo) : refused('content_refused');
    case 'native':
      return native(content);
    default:
      return message(content, replyTo, file);
  }
}

const refused = (code: Extract<Rendered, { type: 'refused' }>['code']): Rendered => ({
  type: 'refused',
  code,
});
const event = (name: string, content: Record<string, unknown>): Rendered => ({
  type: 'event',
  event: name,
  content,
});

function aboutEarlier(
  content: Extract<Content, { kind: 'reaction' | 'edit' | 'removal' }>,
  target: string,
): Rendered {
  if (content.kind === 'removal') return { type: 'redact', target };
  if (content.kind === 'reaction')
    return content.emoji === ''
      ? { type: 'unreact', target }
      : event('m.reaction', {
          'm.relates_to': { rel_type: 'm.annotation', event_id: target, key: content.emoji },
        });
  const text = visible(content.text);
  return event('m.room.message', {
    // for clients that know no edits; in full it would take the room of the text itself
    msgtype: 'm.text',
    body: `* ${cut(text, 200)}`,
    'm.new_content': { msgtype: 'm.text', body: text },
    'm.relates_to': { rel_type: 'm.replace', event_id: target },
  });
}

const quoting = (replyTo: string | undefined) =>
  replyTo === undefined ? {} : { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } };

function message(content: Content, replyTo: string | undefined, file: Rendering['file']): Rendered {
  const rest = quoting(replyTo);
  switch (content.kind) {
    case 'text':
      return event('m.room.message', { msgtype: 'm.text', body: visible(content.text), ...rest });
    case 'location': {
      const { latitude, longitude, name, address } = content;
      const body = visible([name, address].filter(Boolean).join(', ') || `${latitude}, ${longitude}`);
      return event('m.room.message', {
        msgtype: 'm.location',
        body,
        geo_uri: `geo:${latitude},${longitude}`,
        ...rest,
      });
    }
    case 'media':
      return file ? media(content, file, rest) : refused('media_unavailable');
    default:
      return refused('content_unsupported');
  }
}

const msgtypes: Record<Exclude<Media['type'], 'sticker'>, string> = {
  image: 'm.image',
  audio: 'm.audio',
  video: 'm.video',
  file: 'm.file',
};

/** Where there is a caption it is the `body`, and the name stands in `filename` (v1.10). */
function media(
  { media: of, caption }: Extract<Content, { kind: 'media' }>,
  { url, held }: NonNullable<Rendering['file']>,
  rest: object,
): Rendered {
  const info = { mimetype: held.mediaType, size: held.bytes };
  const name = visible(held.name ?? of.name ?? of.type);
  if (of.type === 'sticker') return event('m.sticker', { body: visible(of.alt ?? name), url, info, ...rest });
  const named = caption ? { body: visible(caption), filename: name } : { body: name };
  return event('m.room.message', { msgtype: msgtypes[of.type], ...named, url, info, ...rest });
}

/** `{ "type": "m.room.message", "content": { … } }`: an event of the merchant's own, into this consumer's room. */
function native({ connector, payload }: Extract<Content, { kind: 'native' }>): Rendered {
  const { type, content } = payload;
  return connector === 'matrix' &&
    typeof type === 'string' &&
    /^[a-z][A-Za-z0-9._-]{1,200}$/.test(type) &&
    isRecord(content)
    ? event(type, content)
    : refused('content_refused');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
