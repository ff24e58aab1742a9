import { z } from 'zod';
import type { Account, Manifest } from '../contract/index.ts';
import { cloudCapabilities } from '../kit/whatsapp/capabilities.ts';
import {
  baseUrlField,
  catalogueFields,
  countryField,
  flowFields,
  mediaField,
  numericId,
  secretField,
} from '../kit/whatsapp/config.ts';
import {
  messageDocuments,
  pairRate,
  templateDocuments,
  webhookDocuments,
} from '../kit/whatsapp/documents.ts';

const config = z.strictObject({
  base_url: baseUrlField.default('https://waba-v2.360dialog.io').describe('Address of the Messaging API'),
  phone_number_id: numericId
    .optional()
    .describe('Meta’s id of the number: needed where the webhook is that of a whole WABA'),
  verification: z
    .enum(['signature', 'header'])
    .default('signature')
    .describe('Call-backs are signed (partners), or bring a bearer token that was set with the webhook'),
  country: countryField,
  media: mediaField,
  ...catalogueFields,
  ...flowFields,
});
const credentials = z.strictObject({
  api_key: secretField.describe('API key of the number'),
  webhook_secret: secretField.describe(
    'The platform secret of the Partner Hub; with verification by header the token after "Bearer"',
  ),
});

export type Dialog360Config = z.infer<typeof config>;
export type Dialog360Credentials = z.infer<typeof credentials>;
export type Dialog360Account = Account<Dialog360Config, Dialog360Credentials>;

const document = (title: string, path: string, version = 'read 2026-11-22') => ({
  title: `${title} (360dialog)`,
  url: `https://docs.360dialog.com/${path}`,
  version,
});

export const manifest: Manifest<Dialog360Config, Dialog360Credentials, undefined> = {
  name: 'whatsapp-360dialog',
  channel: 'whatsapp',
  title: 'WhatsApp (360dialog)',
  schemes: ['whatsapp'],
  capabilities: cloudCapabilities,
  config,
  credentials,
  // the Cloud API's own: 360dialog adds none for messages
  rate: { perSecond: 80, concurrency: 40, ...pairRate },
  documents: [
    document('Send and receive messages', 'docs/guides/send-and-receive-messages'),
    document(
      'Upload, retrieve or delete media',
      'partner/messaging/media-messages/upload-retrieve-delete-media',
    ),
    document('Signature Validation', 'partner/onboarding/webhook-events-and-setup/signature-validation'),
    document('Messaging API: Webhooks, 1.41.0', 'docs/messaging-api/api-reference/webhooks'),
    document('Error Code Reference', 'docs/support/api-error-message-list'),
    document(
      'Create and manage template messages',
      'partner/messaging-and-calling/template-messages/create-and-manage-template-messages',
    ),
    document(
      'Templates Management, “Get templates”: the frame of a page of them',
      'partner/partner-api/api-reference/templates-management',
      '2.0.0, read 2026-11-22',
    ),
    ...messageDocuments,
    ...webhookDocuments,
    ...templateDocuments,
  ],
};
