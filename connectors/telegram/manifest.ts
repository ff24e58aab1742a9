import { z } from 'zod';
import type { Manifest } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';
import { kinds } from '../../protocol/capabilities.ts';

const configSchema = z.strictObject({
  base_url: baseUrlOr(
    'https://api.telegram.org',
    'Where the Bot API answers; another address for a Bot API server of your own',
  ),
  receive: z
    .enum(['webhook', 'poll'])
    .default('webhook')
    .describe(
      'How updates come: Telegram calls the gateway, or the gateway asks for them and needs no public address',
    ),
  media_by_url: z
    .boolean()
    .default(false)
    .describe(
      'Hand Telegram the address of pictures, sounds and films instead of their bytes; the gateway must be reachable from the Internet',
    ),
});
export type TelegramConfig = z.infer<typeof configSchema>;

const credentialsSchema = z.strictObject({
  token: z
    .string()
    .regex(
      /^[1-9]\d{0,15}:[A-Za-z0-9_-]{20,64}$/,
      'expected the token that @BotFather gave: digits, a colon, letters',
    )
    .describe("The bot's token, from @BotFather"),
  webhook_secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,256}$/, 'expected 16 to 256 of A-Z, a-z, 0-9, _ and -')
    .optional()
    .describe(
      'A long random text of your own, given to setWebhook as secret_token; not needed to receive by `poll`',
    ),
});
export type TelegramCredentials = z.infer<typeof credentialsSchema>;

const megabytes = (count: number): number => count * 1_000_000;

/** Telegram says "characters"; its entities count UTF-16 units, and a text within 4096 of these is within 4096 of any larger unit. */
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });

/** Largest file that a bot may upload, and the largest photo. */
export const maxUploadBytes = { photo: megabytes(10), other: megabytes(50) };
/** A sticker that moves may be smaller still (256 and 64 KB); Telegram then refuses it. */
const maxStickerBytes = 512_000;
/** Largest files that Telegram fetches from an address, and that `getFile` hands out. */
export const maxFetchedBytes = { photo: megabytes(5), other: megabytes(20) };
export const maxDownloadBytes = megabytes(20);
export const captionLimit = utf16(1024);

/** Telegram documents no limit of a label. Its apps cut by width: 64 still shows on two lines of a phone. */
const label = utf16(64);

export const manifest: Manifest<TelegramConfig, TelegramCredentials, undefined> = {
  name: 'telegram',
  channel: 'telegram',
  title: 'Telegram (Bot API)',
  schemes: ['telegram'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      contact: 'native',
      choice: 'native',
      card: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      typing: 'native',
      native: 'native',
    }),
    inbound: kinds(
      {
        text: 'native',
        media: 'native',
        location: 'native',
        contact: 'native',
        reaction: 'native',
        edit: 'native',
        native: 'native',
      },
      'dropped',
    ),
    text: { ...utf16(4096), markdown: true },
    // What has no player in the apps goes as a document, so any type is taken.
    media: {
      image: { maxBytes: maxUploadBytes.photo, types: ['image/*'] },
      audio: { maxBytes: maxUploadBytes.other, types: ['audio/*'] },
      video: { maxBytes: maxUploadBytes.other, types: ['video/*'] },
      file: { maxBytes: maxUploadBytes.other, types: ['*/*'] },
      sticker: {
        maxBytes: maxStickerBytes,
        caption: false,
        types: ['image/webp', 'video/webm', 'application/x-tgsticker'],
      },
    },
    caption: captionLimit,
    buttons: {
      max: 50,
      label,
      payload: { max: 64, unit: 'utf8_bytes' },
      // Header, an empty line and body share the 4096 of one message.
      header: utf16(256),
      body: utf16(3838),
    },
    // A card with a picture is a photo whose caption holds title and subtitle.
    card: { title: utf16(256), subtitle: utf16(766), actions: 10, label, actionTypes: ['reply', 'url'] },
    replies: true,
    receipts: ['sent'],
  },
  config: configSchema,
  credentials: credentialsSchema,
  rate: { perSecond: 30, concurrency: 30, perAddressMs: 1000 },
  documents: [
    {
      title: 'Telegram Bot API',
      url: 'https://core.telegram.org/bots/api',
      version:
        'Bot API 10.3 of 24 August 2026 (changes, buttons, files); methods and types as of 7.2, 31 March 2024',
    },
    {
      title: 'Formatting options',
      url: 'https://core.telegram.org/bots/api#formatting-options',
      version: 'copy read on 22 November 2026',
    },
    {
      title: 'Bots FAQ (limits)',
      url: 'https://core.telegram.org/bots/faq',
      version: 'copy read on 22 November 2026',
    },
    {
      title: 'Bot API server (error codes, order and repeats of updates)',
      url: 'https://github.com/tdlib/telegram-bot-api',
      version: 'copy read on 22 November 2026',
    },
  ],
};
