import type { OutboundMedia } from '../contract/index.ts';
import type { Media } from '../../protocol/content.ts';
import { maxFetchedBytes } from './manifest.ts';

/** Which method carries a media item, and under which parameter. */
export interface MediaMethod {
  method: string;
  field: 'photo' | 'animation' | 'audio' | 'voice' | 'video' | 'sticker' | 'document';
}

const document: MediaMethod = { method: 'sendDocument', field: 'document' };
const photo: MediaMethod = { method: 'sendPhoto', field: 'photo' };

/** What the apps can play or show, by type; everything else is a document (https://core.telegram.org/bots/api#sendphoto and on). */
const players: Partial<Record<Media['type'], Record<string, MediaMethod>>> = {
  image: {
    'image/jpeg': photo,
    'image/png': photo,
    'image/webp': photo,
    'image/gif': { method: 'sendAnimation', field: 'animation' },
  },
  audio: {
    'audio/mpeg': { method: 'sendAudio', field: 'audio' },
    'audio/mp4': { method: 'sendAudio', field: 'audio' },
    'audio/x-m4a': { method: 'sendAudio', field: 'audio' },
    'audio/ogg': { method: 'sendVoice', field: 'voice' },
    'audio/opus': { method: 'sendVoice', field: 'voice' },
  },
  video: { 'video/mp4': { method: 'sendVideo', field: 'video' } },
};

export function mediaMethod(type: Media['type'], mediaType: string): MediaMethod {
  if (type === 'sticker') return { method: 'sendSticker', field: 'sticker' };
  return players[type]?.[mediaType.split(';')[0]!.trim().toLowerCase()] ?? document;
}

/** Telegram fetches small pictures, sounds and films itself; of documents only PDF and ZIP, and voice has rules of its own. */
export const mayGoByUrl = (field: MediaMethod['field'], media: OutboundMedia): boolean =>
  field === 'photo'
    ? media.bytes <= maxFetchedBytes.photo
    : ['audio', 'video', 'animation'].includes(field) && media.bytes <= maxFetchedBytes.other;

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
  'application/x-tgsticker': 'tgs',
};

/** Telegram tells types by the file's name too, so one is always given. */
export const fileName = ({ name, mediaType }: OutboundMedia, field: string): string =>
  name ?? `${field}.${extensions[mediaType] ?? 'bin'}`;
