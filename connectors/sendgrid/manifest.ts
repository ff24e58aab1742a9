import { z } from 'zod';
import type { Account } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';
import { mailboxField, senderFields } from '../kit/mail/capabilities.ts';
import { mailManifest } from '../kit/mail/manifest.ts';
import { hookToken } from '../kit/sms/hook-token.ts';

/** "Limitations": a mail with its files, in base64 (4 bytes for 3), stays below 30 MB. */
export const maxAttachmentBytes = 18 << 20;

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

const site = 'https://www.twilio.com/docs/sendgrid';
const version = 'read November 2026';

export const manifest = mailManifest<SendgridConfig, SendgridCredentials>(maxAttachmentBytes, {
  name: 'sendgrid',
  title: 'Email (SendGrid)',
  config,
  credentials,
  documents: [
    {
      title: 'Inbound Email Parse Webhook',
      url: `${site}/for-developers/parsing-email/inbound-email`,
      version,
    },
    {
      title: 'Setting up the Inbound Parse Webhook',
      url: `${site}/for-developers/parsing-email/setting-up-the-inbound-parse-webhook`,
      version,
    },
    { title: 'Event Webhook Reference', url: `${site}/for-developers/tracking-events/event`, version },
    {
      title: 'Getting started with the Event Webhook security features',
      url: `${site}/for-developers/tracking-events/getting-started-event-webhook-security-features`,
      version,
    },
    { title: 'Mail Send', url: `${site}/api-reference/mail-send/mail-send`, version },
    {
      title: 'Retrieve a list of scopes for which this user has access',
      url: `${site}/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access`,
      version,
    },
  ],
});
