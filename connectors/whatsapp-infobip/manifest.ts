import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { documentsAt, hookToken } from '../kit/sms/index.ts';
import { cloudCapabilities } from '../kit/whatsapp/capabilities.ts';
import {
  baseUrlField,
  catalogueFields,
  countryField,
  flowFields,
  secretField,
  senderField,
} from '../kit/whatsapp/config.ts';
import { messageDocuments, pairRate } from '../kit/whatsapp/documents.ts';

const config = z.strictObject({
  base_url: baseUrlField.describe('Address of the account: https://….api.infobip.com'),
  sender: senderField,
  country: countryField,
  ...catalogueFields,
  ...flowFields,
});
const credentials = z.strictObject({
  api_key: secretField.describe('API key with the scopes whatsapp:message:send and whatsapp:manage'),
  hook_token: hookToken.field,
});

export type InfobipConfig = z.infer<typeof config>;
export type InfobipCredentials = z.infer<typeof credentials>;
export type InfobipAccount = Account<InfobipConfig, InfobipCredentials>;

export const manifest: Manifest<InfobipConfig, InfobipCredentials, undefined> = {
  name: 'whatsapp-infobip',
  channel: 'whatsapp',
  title: 'WhatsApp (Infobip)',
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
        native: 'native',
      },
      'dropped',
    ),
  },
  config,
  credentials,
  rate: { perSecond: 20, concurrency: 10, ...pairRate },
  documents: [
    ...documentsAt('https://www.infobip.com/docs', [
      ['WhatsApp API (OpenAPI, as of the Java client 7.0.0)', 'api/channels/whatsapp', '2026-07-31'],
      [
        'Get WhatsApp Templates',
        'api/channels/whatsapp/whatsapp-service-management/get-whatsapp-templates',
        '2026-07',
      ],
      ['WhatsApp inbound messages', 'whatsapp/message-types-and-templates/inbound-messages', '2026-07'],
      ['Message status codes', 'developer-resources/api-fundamentals/message-status-codes', '2026-07'],
      ['Error code reference', 'developer-resources/api-fundamentals/error-code-reference', '2026-07'],
    ]),
    ...messageDocuments,
  ],
};
