import { z } from 'zod';
import type { Account } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';
import { mailboxField, senderFields } from '../kit/mail/capabilities.ts';
import { mailManifest } from '../kit/mail/manifest.ts';
import { hookToken } from '../kit/sms/hook-token.ts';

/** "Send a single email": 10 MB for the whole request, where files stand in base64 (4 bytes for 3). */
export const maxAttachmentBytes = 7 << 20;

const config = z.strictObject({
  base_url: baseUrlOr('https://api.postmarkapp.com', 'Address of the interface'),
  address: mailboxField.describe(
    'The mailbox that mail is from; its domain or signature is confirmed at Postmark',
  ),
  ...senderFields,
  message_stream: z
    .string()
    .regex(/^[a-z0-9-]{1,30}$/)
    .default('outbound')
    .describe('Message stream that mail is sent through'),
});
const credentials = z.strictObject({
  server_token: z.string().min(1).max(256).describe("The server's API token"),
  hook_token: hookToken.field,
});

export type PostmarkConfig = z.infer<typeof config>;
export type PostmarkCredentials = z.infer<typeof credentials>;
export type PostmarkAccount = Account<PostmarkConfig, PostmarkCredentials>;

const site = 'https://postmarkapp.com/developer';
const version = 'read November 2026';

export const manifest = mailManifest<PostmarkConfig, PostmarkCredentials>(maxAttachmentBytes, {
  name: 'postmark',
  title: 'Email (Postmark)',
  config,
  credentials,
  documents: [
    { title: 'Inbound webhook', url: `${site}/webhooks/inbound-webhook`, version },
    { title: 'Webhooks overview', url: `${site}/webhooks/webhooks-overview`, version },
    { title: 'Delivery webhook', url: `${site}/webhooks/delivery-webhook`, version },
    { title: 'Bounce webhook', url: `${site}/webhooks/bounce-webhook`, version },
    { title: 'Spam complaint webhook', url: `${site}/webhooks/spam-complaint-webhook`, version },
    { title: 'Subscription change webhook', url: `${site}/webhooks/subscription-change-webhook`, version },
    { title: 'API overview: response and error codes', url: `${site}/api/overview`, version },
    { title: 'Sending email with API', url: `${site}/user-guide/send-email-with-api`, version },
    {
      title: 'What does error code 300 mean?',
      url: 'https://postmarkapp.com/support/article/1180-what-does-errorcode-300-mean',
      version: 'October 2023',
    },
  ],
});
