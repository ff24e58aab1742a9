import type { Media } from '../../protocol/content.ts';
import type { InboundMessage } from '../contract/index.ts';
import { nativeContent } from '../kit/meta/events.ts';
import { lineOf, wellFormed } from '../kit/fields.ts';
import type { WireAttachment, WireEvent } from './wire.ts';

/** What a message says; who says it and when is read elsewhere. */
export type Said = Pick<InboundMessage, 'content' | 'media' | 'payload'>;
type WireMessage = NonNullable<WireEvent['message']>;

const native = (payload: Record<string, unknown>, shown: string): Said =>
  nativeContent('instagram', payload, shown);

const mediaTypes: Readonly<Record<string, Media['type']>> = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  file: 'file',
};

/** One message of the platform's may bring several files: each becomes a message, the text stands with the first. */
export function saidIn(message: WireMessage): Said[] {
  const text = lineOf(message.text, 65_536);
  const attachments = message.attachments ?? [];
  const pressed = message.quick_reply && { payload: wellFormed(message.quick_reply.payload, 4096) };
  const [first, ...others] = attachments.map(attached);
  if (!first)
    return [
      text
        ? { content: { kind: 'text', text }, ...pressed }
        : native({ type: 'unsupported' }, 'A message of a kind that Instagram does not pass on'),
    ];
  if (!text) return [{ ...first, ...pressed }, ...others];
  if (first.content.kind === 'media')
    return [{ ...first, content: { ...first.content, caption: text }, ...pressed }, ...others];
  return [{ content: { kind: 'text', text }, ...pressed }, first, ...others];
}

function attached({ type, payload }: WireAttachment): Said {
  const url = lineOf(payload?.url, 4096);
  const media = Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  if (media && url)
    return {
      content: { kind: 'media', media: { type: media, id: 'media' } },
      media: { media: { reference: url } },
    };
  if (type === 'like_heart') return { content: { kind: 'text', text: '❤️' } };
  if (type === 'story_mention')
    return native(
      { type, ...(url ? { url } : {}) },
      ['Mentioned the account in a story', url].filter(Boolean).join('\n'),
    );
  // a post, a reel: its title and address, which Instagram's own apps open
  const shown = [lineOf(payload?.title), url].filter(Boolean).join('\n');
  return shown
    ? { content: { kind: 'text', text: shown } }
    : native({ type: wellFormed(type, 64) }, 'Something was shared that Instagram does not pass on');
}
