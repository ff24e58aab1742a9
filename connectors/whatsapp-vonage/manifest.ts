import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { cloudCapabilities } from '../kit/whatsapp/capabilities.ts';
import {
  baseUrlField,
  catalogueFields,
  countryField,
  secretField,
  senderField,
} from '../kit/whatsapp/config.ts';
import { messageDocuments, pairRate } from '../kit/whatsapp/documents.ts';

const config = z.strictObject({
  base_url: baseUrlField.default('https://api.nexmo.com').describe('Address of the Messages API'),
  api_key: z
    .string()
    .regex(/^[A-Za-z0-9]{1,64}$/, 'expected letters and digits')
    .describe('API key of the account (not secret)'),
  sender: senderField,
  country: countryField,
  ...catalogueFields,
});
const credentials = z.strictObject({
  api_secret: secretField.describe('API secret: allows to send'),
  signature_secret: secretField.describe('Signature secret (SHA-256 HMAC): signs every call-back'),
});

export type VonageConfig = z.infer<typeof config>;
export type VonageCredentials = z.infer<typeof credentials>;
export type VonageAccount = Account<VonageConfig, VonageCredentials>;

const document = (title: string, path: string, version = 'read 2026-11-22') => ({
  title,
  url: `https://developer.vonage.com/en/${path}`,
  version,
});

export const manifest: Manifest<VonageConfig, VonageCredentials, undefined> = {
  name: 'whatsapp-vonage',
  channel: 'whatsapp',
  title: 'WhatsApp (Vonage Messages API)',
  schemes: ['whatsapp'],
  capabilities: {
    ...cloudCapabilities,
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      contact: 'native',
      choice: 'native',
      card: 'native',
      template: 'native',
      reaction: 'native',
      native: 'native',
    }),
    inbound: kinds(
      {
        text: 'native',
        media: 'native',
        location: 'native',
        order: 'native',
        reaction: 'native',
        native: 'native',
      },
      'dropped',
    ),
  },
  config,
  credentials,
  rate: { perSecond: 30, concurrency: 15, ...pairRate },
  documents: [
    document('Messages API reference', 'api/messages', '1.17.0, read 2026-11-22'),
    document(
      'Working with WhatsApp interactive messages',
      'messages/concepts/working-with-whatsapp-interactive-messages',
    ),
    document(
      'WhatsApp carousel interactive messages',
      'messages/guides/whatsapp-carousel-interactive-messages',
    ),
    document(
      'Handling WhatsApp usernames and BSUIDs',
      'messages/guides/handling-whatsapp-usernames-and-bsuids',
    ),
    document('Signed webhooks', 'messages/concepts/signed-webhooks'),
    document('Messages API errors', 'api-errors/messages'),
    {
      title: 'Vonage Java SDK, package messages',
      url: 'https://github.com/Vonage/vonage-java-sdk',
      version: '9.13.0, read 2026-11-22',
    },
    ...messageDocuments,
  ],
};
