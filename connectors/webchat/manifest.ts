import { z } from 'zod';
import type { Account, Manifest } from '../contract/index.ts';
import { kinds } from '../../protocol/capabilities.ts';

const origin = z
  .string()
  .max(255)
  .refine(
    (value) =>
      URL.canParse(value) &&
      /^https?:$/.test(new URL(value).protocol) &&
      new URL(value).origin === value.toLowerCase(),
    'expected an origin such as https://shop.example, without path or trailing slash',
  )
  .transform((value) => value.toLowerCase());

export const configSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(80)
    .default('Chat')
    .describe('Who the visitor talks to; shown at the top of the panel'),
  greeting: z
    .string()
    .max(500)
    .optional()
    .describe('Shown above an empty thread; a default in the page’s language if left out'),
  origins: z
    .array(origin)
    .max(50)
    .default([])
    .describe(
      'Origins of the pages that may use this account. Empty: the gateway’s own origin and pages on localhost',
    ),
});

const secret = z.string().min(32, 'expected at least 32 characters').max(256);

export const credentialsSchema = z.strictObject({
  secret: secret.describe(
    'Signs the tokens of visitors; at least 32 random characters. A new one ends all anonymous threads',
  ),
  identity_secret: secret
    .optional()
    .describe('Shared with the merchant’s server, which signs identity JWTs (HS256) with it'),
});

export type WebchatConfig = z.infer<typeof configSchema>;
export type WebchatCredentials = z.infer<typeof credentialsSchema>;
export type WebchatAccount = Account<WebchatConfig, WebchatCredentials>;

/** What a visitor may upload. No SVG and no HTML: both can carry scripts. */
export const uploadTypes: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/heic',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/webm',
  'audio/wav',
  'video/mp4',
  'video/webm',
  'video/quicktime',
  'application/pdf',
  'application/zip',
  'text/plain',
  'text/csv',
];
export const maxUploadBytes = 10 * 1024 * 1024;

const anySize = 100 * 1024 * 1024;
const line = { max: 1024, unit: 'utf16' } as const;
const body = { max: 65_536, unit: 'utf16' } as const;

/** Limits are the protocol's own, so that a message is always one part: the widget scrolls, it never cuts. */
export const manifest: Manifest<WebchatConfig, WebchatCredentials, undefined> = {
  name: 'webchat',
  channel: 'webchat',
  title: 'Web chat',
  schemes: ['webchat'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      contact: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      form: 'native',
      survey: 'native',
      product: 'native',
      status: 'native',
      appointment: 'native',
      payment_request: 'native',
      receipt: 'native',
      order: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      typing: 'native',
      read: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native', typing: 'native', read: 'native' }, 'refused'),
    text: { ...body, markdown: true },
    media: {
      image: {
        maxBytes: anySize,
        types: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'],
      },
      sticker: { maxBytes: anySize, types: ['image/png', 'image/gif', 'image/webp'] },
      audio: { maxBytes: anySize, types: ['audio/*'] },
      video: { maxBytes: anySize, types: ['video/*'] },
      file: { maxBytes: anySize, types: ['application/*', 'text/*', 'image/*', 'audio/*', 'video/*'] },
    },
    caption: body,
    buttons: {
      max: 50,
      label: line,
      payload: { max: 256, unit: 'bytes' },
      body,
      multiple: true,
      header: line,
      footer: line,
    },
    list: {
      max: 50,
      label: line,
      payload: { max: 256, unit: 'bytes' },
      body,
      button: line,
      description: line,
      multiple: true,
      header: line,
      footer: line,
    },
    card: { title: line, subtitle: line, actions: 10, label: line, actionTypes: ['reply', 'url', 'call'] },
    carousel: { min: 1, max: 10 },
    receipts: ['sent', 'delivered', 'read'],
  },
  config: configSchema as z.ZodType<WebchatConfig>,
  credentials: credentialsSchema,
  idempotentSends: true,
  rate: { perSecond: 500, concurrency: 64 },
  documents: [
    {
      title: 'RFC 6455: The WebSocket Protocol',
      url: 'https://www.rfc-editor.org/rfc/rfc6455',
      version: 'December 2011',
    },
    {
      title: 'RFC 7519: JSON Web Token (JWT)',
      url: 'https://www.rfc-editor.org/rfc/rfc7519',
      version: 'May 2015',
    },
    {
      title: 'RFC 8725: JSON Web Token Best Current Practices',
      url: 'https://www.rfc-editor.org/rfc/rfc8725',
      version: 'February 2020',
    },
    {
      title: 'RFC 7578: Returning Values from Forms: multipart/form-data',
      url: 'https://www.rfc-editor.org/rfc/rfc7578',
      version: 'July 2015',
    },
    {
      title: 'Fetch Standard: CORS protocol',
      url: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
      version: 'living standard, read 2026-11',
    },
    {
      title: 'ARIA Authoring Practices Guide',
      url: 'https://www.w3.org/WAI/ARIA/apg/',
      version: 'read 2026-11',
    },
  ],
};
