import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const secret = z.string().min(1).max(1024);
const origin = z.url({ protocol: /^https?$/ }).max(512);

const config = z.strictObject({
  base_url: origin.default('https://api.line.me').describe('Address of the Messaging API'),
  data_url: origin
    .default('https://api-data.line.me')
    .describe('Address from which files of consumers are fetched'),
});
const credentials = z.strictObject({
  channel_access_token: secret.describe('Long-lived channel access token'),
  channel_secret: secret.describe('Secret of the channel; signs every call-back'),
});

export type LineConfig = z.infer<typeof config>;
export type LineCredentials = z.infer<typeof credentials>;
export type LineAccount = Account<LineConfig, LineCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
const megabytes = (count: number) => count * 1_000_000;

/** LINE counts texts in UTF-16 units and labels in graphemes ("Character counting in a text"). */
export const limits = {
  text: utf16(5000),
  altText: utf16(1500),
  label: { max: 20, unit: 'graphemes' as const },
  /** Of a location; the document names no unit, and UTF-16 is within every other. */
  place: utf16(100),
  data: 300,
  uri: 1000,
  mediaUrl: 2000,
  messages: 5,
  bubbleBytes: 30_000,
  flexBytes: 50_000,
  /** Options that stay on the screen as buttons; more go as quick replies, which vanish when one is pressed. */
  lastingButtons: 4,
} as const;

export const manifest: Manifest<LineConfig, LineCredentials, undefined> = {
  name: 'line',
  channel: 'line',
  title: 'LINE (Messaging API)',
  schemes: ['line'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      typing: 'native',
      native: 'native',
    }),
    inbound: kinds(
      { text: 'native', media: 'native', location: 'native', removal: 'native', native: 'native' },
      'dropped',
    ),
    text: limits.text,
    media: {
      // a picture may have 10 MB, but its preview 1 MB, and the preview is the picture
      image: { maxBytes: megabytes(1), types: ['image/jpeg', 'image/png'] },
      video: { maxBytes: megabytes(200), types: ['video/mp4'] },
      // LINE wants to know how long it is, which is read from the container
      audio: { maxBytes: megabytes(200), types: ['audio/mp4', 'audio/x-m4a', 'audio/m4a'] },
    },
    // captions follow in the same call
    caption: limits.text,
    buttons: { max: 13, label: limits.label, payload: utf16(limits.data), body: limits.text },
    // flex bubbles have no limit of their own but their size; these keep ten of them within it
    card: {
      title: utf16(120),
      subtitle: utf16(480),
      actions: 4,
      label: limits.label,
      actionTypes: ['reply', 'url', 'call'],
    },
    carousel: { min: 1, max: 10 },
    receipts: ['sent'],
  },
  config,
  credentials,
  tellsExpiry: true,
  idempotentSends: true,
  rate: { perSecond: 2000, concurrency: 50 },
  documents: [
    {
      title: 'Messaging API reference',
      url: 'https://developers.line.biz/en/reference/messaging-api/',
      version: 'read 2026-11-22, with the edit event of 2026-08-12',
    },
    {
      title: 'LINE OpenAPI: messaging-api.yml, webhook.yml',
      url: 'https://github.com/line/line-openapi',
      version: '0.0.1 and 1.0.0, with pull request 129 of 2026-07-07',
    },
    {
      title: 'LINE OpenAPI: channel-access-token.yml',
      url: 'https://github.com/line/line-openapi/blob/main/channel-access-token.yml',
      version: '0.0.1, read 2026-11-22',
    },
    {
      title: 'Retry failed API requests',
      url: 'https://developers.line.biz/en/docs/messaging-api/retrying-api-request/',
      version: 'read 2026-11-22',
    },
    {
      title: 'Character counting in a text',
      url: 'https://developers.line.biz/en/docs/messaging-api/text-character-count/',
      version: 'figures as of 2026-11',
    },
    {
      title: 'Messaging API development guidelines',
      url: 'https://developers.line.biz/en/docs/messaging-api/development-guidelines/',
      version: 'read 2026-11-22',
    },
  ],
};
