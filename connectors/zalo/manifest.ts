import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';

const token = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

const config = z.strictObject({
  app_id: z
    .string()
    .regex(/^\d{1,30}$/)
    .describe('Id of the app that is linked to the official account'),
  base_url: baseUrlOr('https://openapi.zalo.me', 'Address of the Official Account API'),
  oauth_url: baseUrlOr('https://oauth.zaloapp.com', 'Address where tokens are renewed'),
});
const credentials = z.strictObject({
  app_secret: token.describe('Secret key of the app; renews the tokens'),
  oa_secret_key: token.describe('OA secret key, of the webhook; signs every call-back'),
  access_token: token.describe('Access token of the official account; the gateway renews it'),
  refresh_token: token.describe(
    'Refresh token beside it, which is good once; the gateway keeps the next one',
  ),
});

export type ZaloConfig = z.infer<typeof config>;
export type ZaloCredentials = z.infer<typeof credentials>;
export type ZaloAccount = Account<ZaloConfig, ZaloCredentials>;

const megabytes = (count: number) => count * 1_000_000;
/** Zalo says "characters"; a text within so many UTF-16 units is within it however they are counted. */
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });

export const limits = {
  text: utf16(2000),
  label: utf16(100),
  buttons: 5,
  /** Of what a press says, in UTF-16 units. */
  payload: 1000,
} as const;

export const manifest: Manifest<ZaloConfig, ZaloCredentials, undefined> = {
  name: 'zalo',
  channel: 'zalo',
  title: 'Zalo (Official Account)',
  schemes: ['zalo'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      reaction: 'native',
      native: 'native',
    }),
    inbound: kinds(
      {
        text: 'native',
        media: 'native',
        location: 'native',
        contact: 'native',
        reaction: 'native',
        native: 'native',
      },
      'dropped',
    ),
    text: limits.text,
    media: {
      image: { maxBytes: megabytes(1), types: ['image/jpeg', 'image/png', 'image/gif'] },
      file: {
        maxBytes: megabytes(5),
        types: [
          'application/pdf',
          'application/msword',
          'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        ],
        caption: false,
      },
    },
    caption: limits.text,
    buttons: { max: limits.buttons, label: limits.label, payload: utf16(64), body: limits.text },
    card: {
      title: utf16(100),
      subtitle: utf16(500),
      actions: limits.buttons,
      label: limits.label,
      actionTypes: ['reply', 'url', 'call'],
    },
    receipts: ['delivered', 'read'],
    // consultation messages go for seven days after the last interaction, free of charge in the first two
    windowHours: 168,
  },
  config,
  credentials,
  // Zalo names a limit by the minute without its figure (error -32); 10 a second is ours
  renewsCredentials: true,
  rate: { perSecond: 10, concurrency: 5 },
  documents: [
    {
      title: 'Consultation messages (API v3.0): text, image, file, buttons',
      url: 'https://developers.zalo.me/docs/official-account/tin-nhan/tin-tu-van/gui-tin-tu-van-dang-van-ban',
      version: 'v3.0, as in the samples of zaloplatform/zalo-java-sdk 4.0, read 2026-11-22',
    },
    {
      title: 'Webhook: overview, signature, events of users',
      url: 'https://developers.zalo.me/docs/official-account/webhook/tong-quan',
      version: 'as quoted by 2026-01, read 2026-11-22',
    },
    {
      title: 'Authentication and authorisation of apps (OAuth v4)',
      url: 'https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new',
      version: 'v4, as in zaloplatform/zalo-java-sdk 4.0, read 2026-11-22',
    },
    {
      title: 'Error codes',
      url: 'https://developers.zalo.me/docs/official-account/phu-luc/ma-loi',
      version: 'as quoted by 2026-01, read 2026-11-22',
    },
  ],
};
