import type { Media } from '../../protocol/content.ts';
import type { InboundMessage } from '../contract/index.ts';
import { nativeContent } from '../kit/meta/events.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import type { WireAttachment, WireEvent } from './wire.ts';

/** What a message says; who says it and when is read elsewhere. */
export type Said = Pick<InboundMessage, 'content' | 'media' | 'payload'>;
type WireText = NonNullable<WireEvent['message']>;

const native = (payload: Record<string, unknown>, shown: string): Said =>
  nativeContent('messenger', payload, shown);

const mediaTypes: Readonly<Record<string, Media['type']>> = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  file: 'file',
  sticker: 'sticker',
};

/** One message of the platform's may bring several files: each becomes a message, the text stands with the first. */
export function saidIn(message: WireText): Said[] {
  const text = lineOf(message.text, 65_536);
  const attachments = withoutTwins(message.attachments ?? []);
  const payload = message.quick_reply && { payload: wellFormed(message.quick_reply.payload, 4096) };
  const [first, ...others] = attachments.flatMap((attachment) => attached(attachment, text) ?? []);
  if (!first)
    return [
      text
        ? { content: { kind: 'text', text }, ...payload }
        : native(
            { attachments: attachments.map(({ type }) => type) },
            'A message of a kind that Messenger does not pass on',
          ),
    ];
  if (!text) return [{ ...first, ...payload }, ...others];
  if (first.content.kind === 'media')
    return [{ ...first, content: { ...first.content, caption: text }, ...payload }, ...others];
  return [{ content: { kind: 'text', text }, ...payload }, first, ...others];
}

/** Until August 2026 a sticker came twice, as a sticker and as a picture. */
function withoutTwins(attachments: WireAttachment[]): WireAttachment[] {
  const stickers = attachments.filter(({ type }) => type === 'sticker');
  return attachments.filter(
    ({ type, payload }) =>
      type !== 'image' ||
      !stickers.some(
        (sticker) =>
          sticker.payload?.sticker_id === payload?.sticker_id || sticker.payload?.url === payload?.url,
      ),
  );
}

/** undefined where the text already says all (the preview of a link in it). */
function attached({ type, title, url, payload }: WireAttachment, text: string | undefined): Said | undefined {
  const address = payload?.url ?? url;
  const mediaType = payload?.sticker_id
    ? 'sticker'
    : Object.hasOwn(mediaTypes, type)
      ? mediaTypes[type]
      : undefined;
  if (mediaType && address)
    return {
      content: { kind: 'media', media: { type: mediaType, id: 'media' } },
      media: { media: { reference: address } },
    };
  if (payload?.coordinates) {
    const { lat, long } = payload.coordinates;
    return {
      content: { kind: 'location', latitude: lat, longitude: long, ...defined({ name: lineOf(title) }) },
    };
  }
  const shown = [lineOf(title ?? payload?.title), lineOf(address, 4096)].filter(
    (line) => line !== undefined && !text?.includes(line),
  );
  if (shown.length) return { content: { kind: 'text', text: shown.join('\n') } };
  return text
    ? undefined
    : native({ type: wellFormed(type, 64) }, 'Something was shared that Messenger does not pass on');
}
