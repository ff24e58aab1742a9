import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { appSecretFields, graphFields } from '../kit/meta/config.ts';
import { tokenDocuments } from '../kit/meta/token-expiry.ts';

const secret = z.string().min(1).max(1024);

const config = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .default('https://graph.facebook.com')
    .describe('Address of the Graph API'),
  ...graphFields,
  page_id: z
    .string()
    .regex(/^\d{1,32}$/, 'expected digits')
    .describe('Id of the Facebook Page'),
  media: z
    .enum(['upload', 'link'])
    .default('upload')
    .describe('Upload media to Meta, or let Meta fetch it from this gateway'),
});
const credentials = z.strictObject({
  page_access_token: secret.describe('Access token of the Page with pages_messaging'),
  ...appSecretFields,
});

export type MessengerConfig = z.infer<typeof config>;
export type MessengerCredentials = z.infer<typeof credentials>;
export type MessengerAccount = Account<MessengerConfig, MessengerCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
const file = { maxBytes: 25 * 1024 * 1024 };

/** Limits that the capabilities have no place for. */
export const limits = { text: 2000, templateText: 640, templateButtons: 3, label: 20, element: 80 } as const;

export const manifest: Manifest<MessengerConfig, MessengerCredentials, undefined> = {
  name: 'messenger',
  channel: 'messenger',
  title: 'Messenger (Send API)',
  schemes: ['messenger'],
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
        location: 'native',
        reaction: 'native',
        edit: 'native',
        removal: 'native',
        native: 'native',
      },
      'dropped',
    ),
    text: utf16(limits.text),
    media: {
      image: {
        ...file,
        maxBytes: 8 * 1024 * 1024,
        types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
      },
      audio: { ...file, types: ['audio/*'] },
      video: { ...file, types: ['video/*'] },
      file: { ...file, types: ['*/*'] },
      // goes as a picture
      sticker: { maxBytes: 8 * 1024 * 1024, types: ['image/png', 'image/gif', 'image/webp'] },
    },
    // quick replies; up to three under a short text may stay on the screen as buttons
    buttons: { max: 13, label: utf16(limits.label), payload: utf16(1000), body: utf16(limits.text) },
    card: {
      title: utf16(limits.element),
      subtitle: utf16(limits.element),
      actions: 3,
      label: utf16(limits.label),
      actionTypes: ['reply', 'url', 'call'],
    },
    carousel: { min: 1, max: 10 },
    replies: true,
    receipts: ['delivered', 'read'],
    windowHours: 24,
  },
  config,
  credentials,
  tellsExpiry: true,
  rate: { perSecond: 250, concurrency: 40 },
  documents: [
    ...tokenDocuments,
    {
      title: 'Send API',
      url: 'https://developers.facebook.com/docs/messenger-platform/reference/send-api',
      version: 'v25.0, 2026-05',
    },
    {
      title: 'Page Messages',
      url: 'https://developers.facebook.com/docs/graph-api/reference/page/messages',
      version: 'v25.0',
    },
    {
      title: 'Sender Actions',
      url: 'https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/sender-actions',
      version: '2026-01-21',
    },
    {
      title: 'User Profile API',
      url: 'https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/user-profile',
      version: '2026-03-18',
    },
    {
      title: 'Attachment Upload API',
      url: 'https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api',
      version: 'v25.0',
    },
    {
      title: 'Common Error Codes',
      url: 'https://developers.facebook.com/docs/messenger-platform/error-codes',
      version: '2026-03-18',
    },
    {
      title: 'messages Webhook Event Reference',
      url: 'https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages',
      version: '2026-03-27',
    },
    {
      title: 'message_edits Webhook Event Reference',
      url: 'https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-edits',
      version: '2026',
    },
    {
      title: 'message_reactions Webhook Event Reference',
      url: 'https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-reactions',
      version: '2026',
    },
    {
      title: 'message_deliveries and message_reads Webhook Event Reference',
      url: 'https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-deliveries',
      version: '2026',
    },
  ],
};
