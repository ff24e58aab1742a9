import { kinds } from '../../../protocol/capabilities.ts';
import type { Capabilities } from '../../../protocol/capabilities.ts';

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
const mebibytes = (count: number) => count * 1024 * 1024;

/** Limits that the capabilities have no place for. Characters, counted in UTF-16 units, which is never too long. */
export const limits = {
  header: 60,
  footer: 60,
  body: 1024,
  place: 1000,
  urlButton: 20,
  templatePayload: 128,
  /** Title of a section of products. */
  section: 24,
  /** Title and subtitle of a card in a carousel. */
  cardText: 160,
  cardLines: 3,
} as const;

/** What the Cloud API carries, for Meta's own and for who hands it on as it is. "Messages" (Cloud API reference), v25.0, 2026-05. */
export const cloudCapabilities = {
  outbound: kinds({
    text: 'native',
    media: 'native',
    location: 'native',
    contact: 'native',
    choice: 'native',
    card: 'native',
    template: 'native',
    reaction: 'native',
    typing: 'native',
    read: 'native',
    native: 'native',
  }),
  inbound: kinds(
    {
      text: 'native',
      media: 'native',
      location: 'native',
      contact: 'native',
      order: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      native: 'native',
    },
    'dropped',
  ),
  text: utf16(4096),
  media: {
    image: { maxBytes: mebibytes(5), types: ['image/jpeg', 'image/png'] },
    audio: {
      maxBytes: mebibytes(16),
      types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
      caption: false,
    },
    video: { maxBytes: mebibytes(16), types: ['video/mp4', 'video/3gpp'] },
    file: {
      maxBytes: mebibytes(100),
      types: [
        'text/plain',
        'application/pdf',
        'application/msword',
        'application/vnd.ms-excel',
        'application/vnd.ms-powerpoint',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      ],
    },
    // still ones; moving ones may have 500 KB, but nothing here tells them apart
    sticker: { maxBytes: 100 * 1024, types: ['image/webp'] },
  },
  caption: utf16(1024),
  buttons: { max: 3, label: utf16(20), payload: utf16(256), body: utf16(limits.body) },
  list: {
    max: 10,
    label: utf16(24),
    payload: utf16(200),
    body: utf16(limits.body),
    button: utf16(20),
    description: utf16(72),
  },
  card: {
    title: utf16(200),
    subtitle: utf16(600),
    actions: 3,
    label: utf16(20),
    actionTypes: ['reply', 'url'],
  },
  replies: true,
  receipts: ['sent', 'delivered', 'read', 'failed'],
  windowHours: 24,
} satisfies Capabilities;
