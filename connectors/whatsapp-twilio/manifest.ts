import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrlField, countryField, secretField, senderField } from '../kit/whatsapp/config.ts';
import { pairDocument, pairRate } from '../kit/whatsapp/documents.ts';

const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`));

const config = z
  .strictObject({
    base_url: baseUrlField.default('https://api.twilio.com').describe('Address of the interface'),
    account_sid: sid('AC').describe('Account SID'),
    sender: senderField.optional(),
    messaging_service_sid: sid('MG').optional().describe('Messaging Service that chooses the sender'),
    country: countryField,
  })
  .refine((of) => of.sender !== undefined || of.messaging_service_sid !== undefined, {
    message: 'needs a sender or a messaging_service_sid',
    path: ['sender'],
  });
const credentials = z.strictObject({
  auth_token: secretField.describe("The account's auth token: allows to send, and signs every call-back"),
});

export type TwilioConfig = z.infer<typeof config>;
export type TwilioCredentials = z.infer<typeof credentials>;
export type TwilioAccount = Account<TwilioConfig, TwilioCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
/** "The total size … must be less than 5MB (16MB for WhatsApp)", twilio/media. */
const maxBytes = 16_000_000;
const imageBytes = 5_000_000;

/** Of `Body`, with media and without. */
export const limits = { body: 1600, caption: 1024, label: 1000 } as const;

const document = (title: string, path: string, version = 'read 2026-11-22') => ({
  title,
  url: `https://www.twilio.com/docs/${path}`,
  version,
});

export const manifest: Manifest<TwilioConfig, TwilioCredentials, undefined> = {
  name: 'whatsapp-twilio',
  channel: 'whatsapp',
  title: 'WhatsApp (Twilio)',
  schemes: ['whatsapp'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      template: 'native',
      native: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native', location: 'native', native: 'native' }, 'dropped'),
    text: utf16(limits.body),
    media: {
      image: { maxBytes: imageBytes, types: ['image/jpeg', 'image/png'] },
      audio: { maxBytes, types: ['audio/mpeg', 'audio/ogg', 'audio/amr', 'audio/mp4'], caption: false },
      video: { maxBytes, types: ['video/mp4'] },
      file: { maxBytes, types: ['application/pdf'] },
    },
    caption: utf16(limits.caption),
    receipts: ['sent', 'delivered', 'read', 'failed'],
    windowHours: 24,
  },
  config,
  credentials,
  rate: { perSecond: 80, concurrency: 20, ...pairRate },
  documents: [
    document('Messages resource', 'messaging/api/message-resource', '2010-04-01, read 2026-11-22'),
    document('Request to your incoming message webhook', 'messaging/guides/webhook-request', '2026-03-09'),
    document('Rich messaging features in the API for WhatsApp', 'whatsapp/message-features'),
    document(
      'Send templates created with the Content Template Builder',
      'content/send-templates-created-with-the-content-template-builder',
    ),
    document('twilio/media', 'content/twilio-media'),
    document('Webhooks security', 'usage/webhooks/webhooks-security'),
    document('List of corresponding Twilio and WhatsApp error codes', 'whatsapp/tutorial/error-codes'),
    document('Error 63016', 'api/errors/63016'),
    document('Error 63049', 'api/errors/63049'),
    pairDocument,
  ],
};
