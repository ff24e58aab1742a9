import { z } from 'zod';
import type { Account, Manifest } from '../contract/index.ts';
import { appSecretFields, graphFields } from '../kit/meta/config.ts';
import { tokenDocuments } from '../kit/meta/token-expiry.ts';
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
  base_url: baseUrlField.default('https://graph.facebook.com').describe('Address of the Graph API'),
  ...graphFields,
  phone_number_id: numericId.describe('Id of the business phone number (not the number itself)'),
  waba_id: numericId
    .optional()
    .describe('Id of the WhatsApp Business Account: its templates are listed by it'),
  country: countryField,
  media: mediaField,
  ...catalogueFields,
  ...flowFields,
});
const credentials = z.strictObject({
  access_token: secretField.describe('Token of a system user with whatsapp_business_messaging'),
  ...appSecretFields,
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
  tellsExpiry: true,
  // Should the platform want the pair's rate stricter, it says 131056, which is throttling and makes only this conversation wait. A number
  // that several accounts send from has its 80 once.
  rate: {
    perSecond: 80,
    concurrency: 40,
    ...pairRate,
    sender: { field: 'phone_number_id', perSecond: 80 },
  },
  documents: [...messageDocuments, ...webhookDocuments, ...templateDocuments, ...tokenDocuments],
};
