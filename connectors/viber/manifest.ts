import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';

const config = z.strictObject({
  base_url: baseUrlOr('https://chatapi.viber.com/pa', 'Address of the REST Bot API'),
  sender_name: z.string().min(1).max(28).describe('Name that stands over every message'),
  sender_avatar: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .optional()
    .describe('Address of the picture beside it, at most 100 KB'),
});
const credentials = z.strictObject({
  auth_token: z
    .string()
    .min(1)
    .max(1024)
    .describe('Authentication token of the bot; sends, and signs every call-back'),
});

export type ViberConfig = z.infer<typeof config>;
export type ViberCredentials = z.infer<typeof credentials>;
export type ViberAccount = Account<ViberConfig, ViberCredentials>;

/** Viber says "characters"; a text within so many UTF-16 units is within it however they are counted. */
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
const megabytes = (count: number) => count * 1_000_000;

export const limits = {
  text: utf16(7000),
  caption: utf16(768),
  fileName: utf16(256),
  contactName: 28,
  contactPhone: 18,
  url: 2000,
  requestBytes: 30_000,
  /** What a button shows, with its markup. */
  buttonText: 250,
  buttonImageBytes: 500_000,
  /** A keyboard has 12 rows; beyond as many buttons, two share a row. */
  keyboardRows: 12,
} as const;

export const manifest: Manifest<ViberConfig, ViberCredentials, undefined> = {
  name: 'viber',
  channel: 'viber',
  title: 'Viber (REST Bot API)',
  schemes: ['viber'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      contact: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      native: 'native',
    }),
    inbound: kinds(
      { text: 'native', media: 'native', location: 'native', contact: 'native', native: 'native' },
      'dropped',
    ),
    text: limits.text,
    media: {
      image: { maxBytes: megabytes(1), types: ['image/jpeg', 'image/png', 'image/gif'] },
      video: { maxBytes: megabytes(26), types: ['video/mp4'], caption: false },
      // Viber has no sounds and no stickers but its own: they go as a file and as a picture
      audio: { maxBytes: megabytes(50), types: ['audio/*'], caption: false },
      file: { maxBytes: megabytes(50), types: ['*/*'], caption: false },
      sticker: { maxBytes: megabytes(1), types: ['image/png', 'image/gif'] },
    },
    caption: limits.caption,
    buttons: {
      max: 2 * limits.keyboardRows,
      label: utf16(50),
      // no limit is documented: ours, so that 24 of them stay within one request
      payload: utf16(128),
      body: limits.text,
    },
    card: {
      title: utf16(80),
      subtitle: utf16(120),
      actions: 3,
      label: utf16(50),
      actionTypes: ['reply', 'url'],
    },
    carousel: { min: 1, max: 10 },
    receipts: ['delivered', 'read', 'failed'],
  },
  config,
  credentials,
  // no figure is documented for send_message; for broadcasts it is 500 in 10 s
  rate: { perSecond: 50, concurrency: 20 },
  documents: [
    {
      title: 'Viber REST Bot API',
      url: 'https://developers.viber.com/docs/api/rest-bot-api/',
      version: '7.3.0, read 2026-11-22',
    },
    {
      title: 'Subscribers Status (get_online)',
      url: 'https://creators.viber.com/docs/bots-api/resources/subscribers/get-subscribers-status',
      version: 'read 2026-11-22',
    },
    {
      title: 'Keyboards',
      url: 'https://developers.viber.com/docs/tools/keyboards/',
      version: '7.3.0, read 2026-11-22',
    },
    {
      title: 'Developers FAQ',
      url: 'https://developers.viber.com/docs/faq/',
      version: 'read 2026-11-22',
    },
    {
      title: 'Common Errors',
      url: 'https://creators.viber.com/docs/bots-api/errors',
      version: 'read 2026-11-22',
    },
  ],
};
