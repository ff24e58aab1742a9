import type { InboundMedia } from '../contract/index.ts';
import type { Content, Media } from '../../protocol/content.ts';
import type { TelegramFile, TelegramMessage } from './wire.ts';

/** What a message says, in our words; undefined for what has no content of ours (service messages, invoices, games). */
export interface Incoming {
  content: Content;
  media?: Record<string, InboundMedia>;
}

/** The key under which a message's one file is handed over. */
const key = 'file';

/** Text of a platform within our limits: no lone surrogate, at most `max` UTF-16 units. */
export const bounded = (value: string, max: number): string => value.slice(0, max).toWellFormed();

export function incoming(message: TelegramMessage): Incoming | undefined {
  if (message.text) return { content: { kind: 'text', text: bounded(message.text, 65_536) } };
  return withFile(message) ?? withoutFile(message);
}

function withFile(message: TelegramMessage): Incoming | undefined {
  const { photo, animation, video, video_note, audio, voice, document, sticker } = message;
  // An animation comes with `document` set too, for old bots: the more telling field goes first.
  if (animation) return file(message, 'video', animation, 'video/mp4');
  if (photo?.length) {
    const largest = photo.reduce((best, size) =>
      size.width * size.height > best.width * best.height ? size : best,
    );
    return file(message, 'image', largest, 'image/jpeg');
  }
  if (video) return file(message, 'video', video, 'video/mp4');
  if (video_note) return file(message, 'video', video_note, 'video/mp4');
  if (audio) return file(message, 'audio', audio);
  if (voice) return file(message, 'audio', voice, 'audio/ogg');
  if (sticker) {
    const type = sticker.is_animated
      ? 'application/x-tgsticker'
      : sticker.is_video
        ? 'video/webm'
        : 'image/webp';
    return file(message, 'sticker', { file_id: sticker.file_id }, type, sticker.emoji);
  }
  return document ? file(message, 'file', document) : undefined;
}

function file(
  { caption }: TelegramMessage,
  type: Media['type'],
  of: Pick<TelegramFile, 'file_id' | 'mime_type' | 'file_name'>,
  mediaType?: string,
  alt?: string,
): Incoming {
  const known = of.mime_type ?? mediaType;
  return {
    content: {
      kind: 'media',
      media: { type, id: key, ...(alt ? { alt: bounded(alt, 64) } : {}) },
      ...(caption ? { caption: bounded(caption, 65_536) } : {}),
    },
    media: {
      [key]: {
        reference: of.file_id,
        ...(known ? { mediaType: bounded(known, 127) } : {}),
        ...(of.file_name ? { name: bounded(of.file_name, 240) } : {}),
      },
    },
  };
}

function withoutFile({ venue, location, contact, dice, poll }: TelegramMessage): Incoming | undefined {
  // A venue comes with `location` set too, for old bots.
  if (venue) {
    const { latitude, longitude } = venue.location;
    return {
      content: {
        kind: 'location',
        latitude,
        longitude,
        ...(venue.title ? { name: bounded(venue.title, 1024) } : {}),
        ...(venue.address ? { address: bounded(venue.address, 1024) } : {}),
      },
    };
  }
  if (location)
    return { content: { kind: 'location', latitude: location.latitude, longitude: location.longitude } };
  if (contact) {
    const phone = bounded(contact.phone_number, 40);
    const name = bounded([contact.first_name, contact.last_name].filter(Boolean).join(' '), 1024) || phone;
    return name
      ? { content: { kind: 'contact', contacts: [{ name, ...(phone ? { phones: [phone] } : {}) }] } }
      : undefined;
  }
  if (dice) return { content: { kind: 'text', text: bounded(`${dice.emoji} ${dice.value}`, 1024) } };
  if (poll) {
    const lines = [poll.question, ...poll.options.map((option) => `- ${option.text}`)].join('\n');
    return lines ? { content: { kind: 'text', text: bounded(lines, 65_536) } } : undefined;
  }
  return undefined;
}
