import { z } from 'zod';
import type { Account } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';
import { mailboxField, senderFields } from '../kit/mail/capabilities.ts';
import type { MailProvider } from '../kit/mail/connector.ts';
import { documentsAt } from '../kit/documents.ts';

const config = z.strictObject({
  base_url: baseUrlOr(
    'https://api.mailgun.net',
    'Address of the interface; https://api.eu.mailgun.net for domains in the EU',
  ),
  domain: z
    .string()
    .max(253)
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a domain name in lower case')
    .describe('The domain at Mailgun that mail is sent through'),
  address: mailboxField.describe('The mailbox that mail is from and that a route forwards to the hook'),
  ...senderFields,
});
const secret = z.string().min(1).max(256);
const credentials = z.strictObject({
  api_key: secret.describe('Allows to send: an account or domain sending key'),
  signing_key: secret.describe('HTTP webhook signing key: signs every call of Mailgun'),
});

export type MailgunConfig = z.infer<typeof config>;
export type MailgunCredentials = z.infer<typeof credentials>;
export type MailgunAccount = Account<MailgunConfig, MailgunCredentials>;

const version = 'read November 2026';

export const about: MailProvider<MailgunConfig, MailgunCredentials> = {
  name: 'mailgun',
  title: 'Email (Mailgun)',
  config,
  credentials,
  // a message has at most 25 MB, its files in base64 (4 bytes for 3)
  maxAttachmentBytes: 17 << 20,
  documents: [
    ...documentsAt('https://documentation.mailgun.com/docs/mailgun', [
      [
        'Receiving messages via HTTP through a forward() action',
        'user-manual/receive-forward-store/receive-http',
        version,
      ],
      ['Securing webhooks', 'user-manual/webhooks/securing-webhooks', version],
      ['Webhook payloads', 'user-manual/webhooks/webhook-payloads', version],
      ['Send an email (API 3.0.0)', 'api-reference/send/mailgun/messages', version],
      ['Get domain details (API 3.0.0)', 'api-reference/send/mailgun/domains/get-v4-domains--name-', version],
    ]),
    ...documentsAt('https://github.com/mailgun/documentation/blob/master/source', [
      ['Events (event types, severity, reason, delivery status)', 'api-events.rst', version],
    ]),
  ],
};
