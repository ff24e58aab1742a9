import { z } from 'zod';
import type { Account, Manifest } from '../contract/index.ts';
import { cloudCapabilities } from '../kit/whatsapp/capabilities.ts';

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

export const manifest: Manifest<WhatsAppConfig, WhatsAppCredentials, undefined> = {
  name: 'whatsapp',
  channel: 'whatsapp',
  title: 'WhatsApp (Cloud API)',
  schemes: ['whatsapp'],
  capabilities: cloudCapabilities,
  config,
  credentials,
  // One message each 6 s to one number, of which 45 may go at once and are owed. Should the platform want it stricter, it says
  // 131056, which is throttling and makes only this conversation wait. A number that several accounts send from has its 80 once.
  rate: {
    perSecond: 80,
    concurrency: 40,
    perAddressMs: 6000,
    perAddressBurst: 45,
    sender: { field: 'phone_number_id', perSecond: 80 },
  },
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
      title: 'Response message webhook (WhatsApp Flows)',
      url: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/flowswebhooks',
      version: 'copy read on 22 November 2026',
    },
    {
      title: 'Receive payments via payment gateways on WhatsApp',
      url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/payments-api/payments-in/pg',
      version: '2025-12-12',
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
