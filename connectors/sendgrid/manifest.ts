import { z } from 'zod';
import type { Account } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';
import { mailboxField, senderFields } from '../kit/mail/capabilities.ts';
import type { MailProvider } from '../kit/mail/connector.ts';
import { documentsAt } from '../kit/documents.ts';
import { hookToken } from '../kit/sms/hook-token.ts';

const config = z.strictObject({
  base_url: baseUrlOr(
    'https://api.sendgrid.com',
    'Address of the interface; https://api.eu.sendgrid.com for EU subusers',
  ),
  address: mailboxField.describe(
    'The mailbox that mail is from, of a sender or domain authenticated at SendGrid',
  ),
  ...senderFields,
});
const credentials = z.strictObject({
  api_key: z.string().min(1).max(256).describe('API key with Mail Send access'),
  hook_token: hookToken.field.describe(
    'Secret in the address of Inbound Parse (?token=…), which signs nothing',
  ),
  event_public_key: z
    .string()
    .max(1024)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected the key in base64, as SendGrid shows it')
    .describe('Verification key of the Signed Event Webhook'),
});

export type SendgridConfig = z.infer<typeof config>;
export type SendgridCredentials = z.infer<typeof credentials>;
export type SendgridAccount = Account<SendgridConfig, SendgridCredentials>;

const version = 'read November 2026';

export const about: MailProvider<SendgridConfig, SendgridCredentials> = {
  name: 'sendgrid',
  title: 'Email (SendGrid)',
  config,
  credentials,
  // "Limitations": a mail with its files, in base64 (4 bytes for 3), stays below 30 MB
  maxAttachmentBytes: 18 << 20,
  documents: documentsAt('https://www.twilio.com/docs/sendgrid', [
    ['Inbound Email Parse Webhook', 'for-developers/parsing-email/inbound-email', version],
    [
      'Setting up the Inbound Parse Webhook',
      'for-developers/parsing-email/setting-up-the-inbound-parse-webhook',
      version,
    ],
    ['Event Webhook Reference', 'for-developers/tracking-events/event', version],
    [
      'Getting started with the Event Webhook security features',
      'for-developers/tracking-events/getting-started-event-webhook-security-features',
      version,
    ],
    ['Mail Send', 'api-reference/mail-send/mail-send', version],
    [
      'Retrieve a list of scopes for which this user has access',
      'api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access',
      version,
    ],
  ]),
};
