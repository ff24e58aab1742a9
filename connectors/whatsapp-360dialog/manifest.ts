import { z } from 'zod';
import type { Account, Manifest } from '../contract/index.ts';
import { cloudCapabilities } from '../kit/whatsapp/capabilities.ts';

const secret = z.string().min(1).max(1024);

const config = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .default('https://waba-v2.360dialog.io')
    .describe('Address of the Messaging API'),
  phone_number_id: z
    .string()
    .regex(/^\d{1,32}$/, 'expected digits')
    .optional()
    .describe('Meta’s id of the number: needed where the webhook is that of a whole WABA'),
  verification: z
    .enum(['signature', 'header'])
    .default('signature')
    .describe('Call-backs are signed (partners), or bring a bearer token that was set with the webhook'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe('Country (ISO 3166) of numbers that are written without one'),
  media: z
    .enum(['upload', 'link'])
    .default('upload')
    .describe('Upload media, or let Meta fetch it from this gateway'),
});
const credentials = z.strictObject({
  api_key: secret.describe('API key of the number'),
  webhook_secret: secret.describe(
    'The platform secret of the Partner Hub; with verification by header the token after "Bearer"',
  ),
});

export type Dialog360Config = z.infer<typeof config>;
export type Dialog360Credentials = z.infer<typeof credentials>;
export type Dialog360Account = Account<Dialog360Config, Dialog360Credentials>;

export const manifest: Manifest<Dialog360Config, Dialog360Credentials, undefined> = {
  name: 'whatsapp-360dialog',
  channel: 'whatsapp',
  title: 'WhatsApp (360dialog)',
  schemes: ['whatsapp'],
  capabilities: cloudCapabilities,
  config,
  credentials,
  // the Cloud API's own: 360dialog adds none for messages
  rate: { perSecond: 80, concurrency: 40, perAddressMs: 6000, perAddressBurst: 45 },
  documents: [
    {
      title: 'Send and receive messages (360dialog)',
      url: 'https://docs.360dialog.com/docs/guides/send-and-receive-messages',
      version: 'read 2026-11-22',
    },
    {
      title: 'Upload, retrieve or delete media (360dialog)',
      url: 'https://docs.360dialog.com/partner/messaging/media-messages/upload-retrieve-delete-media',
      version: 'read 2026-11-22',
    },
    {
      title: 'Signature Validation (360dialog)',
      url: 'https://docs.360dialog.com/partner/onboarding/webhook-events-and-setup/signature-validation',
      version: 'read 2026-11-22',
    },
    {
      title: 'Messaging API: Webhooks (360dialog)',
      url: 'https://docs.360dialog.com/docs/messaging-api/api-reference/webhooks',
      version: '1.41.0, read 2026-11-22',
    },
    {
      title: 'Error Code Reference (360dialog)',
      url: 'https://docs.360dialog.com/docs/support/api-error-message-list',
      version: 'read 2026-11-22',
    },
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
      title: 'Error codes',
      url: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes',
      version: '2025-11-19',
    },
  ],
};
