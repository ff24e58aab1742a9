import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { appSecretFields, graphFields } from '../kit/meta/config.ts';
import { tokenDocuments } from '../kit/meta/token-expiry.ts';

const secret = z.string().min(1).max(1024);
const digits = z.string().regex(/^\d{1,32}$/, 'expected digits');

const config = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .default('https://graph.instagram.com')
    .describe('Address of the Graph API; with Facebook Login https://graph.facebook.com'),
  ...graphFields,
  account_id: digits.describe('Id of the Instagram professional account, as call-backs name it'),
  page_id: digits.optional().describe('With Facebook Login: id of the Page that the account is linked to'),
  media: z
    .enum(['link', 'upload'])
    .default('link')
    .describe('Let Meta fetch media from this gateway or, with a page_id, upload it'),
});
const credentials = z.strictObject({
  access_token: secret.describe('Instagram User access token or, with Facebook Login, Page access token'),
  ...appSecretFields,
});

export type InstagramConfig = z.infer<typeof config>;
export type InstagramCredentials = z.infer<typeof credentials>;
export type InstagramAccount = Account<InstagramConfig, InstagramCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
const bytes = (max: number) => ({ max, unit: 'utf8_bytes' as const });
const megabytes = (count: number) => count * 1_000_000;

/** Limits that rendering needs; texts are counted in bytes of UTF-8, what stands in templates in characters. */
export const limits = {
  text: bytes(1000),
  templateText: utf16(640),
  templateButtons: 3,
  label: utf16(20),
  element: utf16(80),
} as const;

const pictures = { maxBytes: megabytes(8), types: ['image/png', 'image/jpeg'] };

export const manifest: Manifest<InstagramConfig, InstagramCredentials, undefined> = {
  name: 'instagram',
  channel: 'instagram',
  title: 'Instagram (messaging)',
  schemes: ['instagram'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      reaction: 'native',
      typing: 'native',
      read: 'native',
      native: 'native',
    }),
    inbound: kinds(
      {
        text: 'native',
        media: 'native',
        reaction: 'native',
        edit: 'native',
        removal: 'native',
        native: 'native',
      },
      'dropped',
    ),
    text: limits.text,
    media: {
      image: pictures,
      audio: {
        maxBytes: megabytes(25),
        types: [
          'audio/aac',
          'audio/mp4',
          'audio/x-m4a',
          'audio/m4a',
          'audio/wav',
          'audio/x-wav',
          'audio/vnd.wave',
        ],
      },
      video: {
        maxBytes: megabytes(25),
        types: [
          'video/mp4',
          'video/ogg',
          'video/x-msvideo',
          'video/vnd.avi',
          'video/quicktime',
          'video/webm',
        ],
      },
      file: { maxBytes: megabytes(25), types: ['application/pdf'] },
      // goes as a picture
      sticker: pictures,
    },
    // quick replies; up to three under a short text stay on the screen as buttons
    buttons: { max: 13, label: limits.label, payload: utf16(1000), body: limits.text },
    card: {
      title: limits.element,
      subtitle: limits.element,
      actions: 3,
      label: limits.label,
      actionTypes: ['reply', 'url'],
    },
    carousel: { min: 1, max: 10 },
    replies: true,
    receipts: ['read'],
    windowHours: 24,
  },
  config,
  credentials,
  tellsExpiry: true,
  // texts and reactions; sounds and films are taken at 10 a second, and throttled beyond
  rate: { perSecond: 100, concurrency: 20 },
  documents: [
    ...tokenDocuments,
    {
      title: 'Send Messages (Instagram API with Instagram Login)',
      url: 'https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api',
      version: 'v25.0, 2026-06-30',
    },
    {
      title: 'Quick Replies, Generic Template',
      url: 'https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api/generic-template',
      version: '2026-06-30',
    },
    {
      title: 'Button Template',
      url: 'https://developers.facebook.com/documentation/business-messaging/instagram-messaging/button-template',
      version: '2026-04-01',
    },
    {
      title: 'Sender Actions',
      url: 'https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api/sender-actions',
      version: '2025-12-07',
    },
    {
      title: 'Upload Media for Instagram Messaging',
      url: 'https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/attachment-upload',
      version: '2026-04-01',
    },
    {
      title: 'User Profile API (Instagram Messaging)',
      url: 'https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/user-profile',
      version: '2026-04-01',
    },
    {
      title: 'Webhooks for Instagram Messaging',
      url: 'https://developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks',
      version: 'read 2026-11-22',
    },
    {
      title: 'Instagram Platform Webhook Notification Examples',
      url: 'https://developers.facebook.com/documentation/instagram-platform/webhooks/examples',
      version: '2025-11-24',
    },
    {
      title: 'Business Messaging Changelog (Instagram): replies and PDF 2025-12-19, ig_post 2026-04-27',
      url: 'https://developers.facebook.com/documentation/business-messaging/instagram-messaging/changelog/',
      version: '2026-05-06',
    },
    {
      title: 'Common Error Codes',
      url: 'https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes',
      version: '2026-03-18',
    },
  ],
};
