import { z } from 'zod';
import type { Account } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';
import { mailboxField, senderFields } from '../kit/mail/capabilities.ts';
import type { MailProvider } from '../kit/mail/connector.ts';
import { documentsAt } from '../kit/documents.ts';
import { hookToken } from '../kit/sms/hook-token.ts';

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

const version = 'read November 2026';

export const about: MailProvider<PostmarkConfig, PostmarkCredentials> = {
  name: 'postmark',
  title: 'Email (Postmark)',
  config,
  credentials,
  // "Send a single email": 10 MB for the whole request, where files stand in base64 (4 bytes for 3)
  maxAttachmentBytes: 7 << 20,
  documents: documentsAt('https://postmarkapp.com', [
    ['Inbound webhook', 'developer/webhooks/inbound-webhook', version],
    ['Webhooks overview', 'developer/webhooks/webhooks-overview', version],
    ['Delivery webhook', 'developer/webhooks/delivery-webhook', version],
    ['Bounce webhook', 'developer/webhooks/bounce-webhook', version],
    ['Spam complaint webhook', 'developer/webhooks/spam-complaint-webhook', version],
    ['Subscription change webhook', 'developer/webhooks/subscription-change-webhook', version],
    ['API overview: response and error codes', 'developer/api/overview', version],
    ['Sending email with API', 'developer/user-guide/send-email-with-api', version],
    ['What does error code 300 mean?', 'support/article/1180-what-does-errorcode-300-mean', 'October 2023'],
  ]),
};
