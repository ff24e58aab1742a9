import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const baseUrl = z.url({ protocol: /^https?$/ }).max(512);
const numericId = z.string().regex(/^\d{1,32}$/, 'expected digits');
const secret = z.string().min(1).max(1024);

const config = z.strictObject({
  base_url: baseUrl.default('https://graph.facebook.com').describe('Address of the Graph API'),
  api_version: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, 'expected v25.0')
    .default('v25.0')
    .describe('Version of the Graph API'),
  phone_number_id: numericId.describe('Id of the business phone number (not the number itself)'),
  waba_id: numericId.optional().describe('Id of the WhatsApp Business Account'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe('Country (ISO 3166) of numbers that are written without one'),
  media: z
    .enum(['upload', 'link'])
    .default('upload')
    .describe('Upload media to Meta, or let Meta fetch it from this gateway'),
});
const credentials = z.strictObject({
  access_token: secret.describe('Token of a system user with whatsapp_business_messaging'),
  app_secret: secret.describe('Secret of the app that the webhook belongs to; signs every call-back'),
  verify_token: secret.describe('A word of your own, typed into the webhook set-up'),
});

export type WhatsAppConfig = z.infer<typeof config>;
export type WhatsAppCredentials = z.infer<typeof credentials>;
export type WhatsAppAccount = Account<WhatsAppConfig, WhatsAppCredentials>;

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
} as const;

export const manifest: Manifest<WhatsAppConfig, WhatsAppCredentials, undefined> = {
  name: 'whatsapp',
  channel: 'whatsapp',
  title: 'WhatsApp (Cloud API)',
  schemes: ['whatsapp'],
  capabilities: {
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
  },
  config,
  credentials,
  // One message each 6 s to one number, but 45 may go at once and the rest is owed: a least gap would make people wait for
  // nothing. Who goes beyond gets 131056, which is throttling and makes only this conversation wait.
  rate: { perSecond: 80, concurrency: 40 },
  documents: [
    {
      title: 'Messages (Cloud API reference)',
      url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages',
      version: 'v25.0, 2026-05',
    },
    {
      title: 'messages webhook reference',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages',
      version: '2026-05-21',
    },
    {
      title: 'Edit messages webhook reference',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/edit',
      version: '2026-07-20',
    },
    {
      title: 'Revoke messages webhook reference',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/revoke',
      version: '2026-05-21',
    },
    {
      title: 'System messages webhook reference',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system',
      version: '2026-05-21',
    },
    {
      title: 'Business-scoped user IDs',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids',
      version: '2026-05-28',
    },
    {
      title: 'Error codes',
      url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes',
      version: '2025-11-19',
    },
    {
      title: 'Throughput',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput',
      version: '2026-05-21',
    },
    {
      title: 'Typing indicators',
      url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators',
      version: '2025-10-21',
    },
  ],
};
