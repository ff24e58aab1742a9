import { z } from 'zod';
import type { Manifest } from '../contract/index.ts';
import { mailboxField, mailCapabilities, senderFields } from '../kit/mail/capabilities.ts';
import { documents } from './documents.ts';

const domain = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9.-]+$/, 'expected a domain name');

export const configSchema = z.strictObject({
  address: mailboxField.describe(
    'The mailbox: mail to it comes in, mail out is from it, bounces return to it',
  ),
  aliases: z
    .array(z.union([mailboxField, z.string().regex(/^@[A-Za-z0-9.-]+$/, 'expected @domain')]))
    .max(100)
    .default([])
    .describe('Further mailboxes that come in here, or @domain for every mailbox of a domain'),
  ...senderFields,
  relay: z
    .strictObject({
      host: z.string().min(1).max(253).describe('The server that takes outgoing mail'),
      port: z.int().min(1).max(65_535).default(587).describe('587 for submission, 465 with security "tls"'),
      security: z
        .enum(['starttls', 'tls', 'opportunistic', 'none'])
        .default('starttls')
        .describe(
          'starttls: TLS is a must; tls: from the first byte; opportunistic: if offered; none: never',
        ),
      ca: z
        .string()
        .max(65_536)
        .optional()
        .describe('PEM of a private certificate authority that signed its certificate'),
    })
    .optional()
    .describe('How mail goes out; without it the account only receives'),
  dkim: z
    .strictObject({ domain, selector: domain })
    .optional()
    .describe('Sign outgoing mail; the key is credential dkim_private_key'),
  authentication: z
    .enum(['off', 'record', 'require'])
    .default('off')
    .describe(
      'SPF, DKIM and DMARC of incoming mail: not looked at, logged, or mail refused that passes neither',
    ),
  delivery_reports: z
    .enum(['failures', 'all'])
    .default('failures')
    .describe('Ask for reports of failures only, or of each delivery too (one mail back for each mail out)'),
  read_receipts: z
    .boolean()
    .default(false)
    .describe('Ask readers to confirm (RFC 8098); many programs ask them first, most send none'),
});
export type EmailConfig = z.infer<typeof configSchema>;

export const credentialsSchema = z.strictObject({
  relay_user: z.string().max(320).optional().describe('User name at the relay'),
  relay_password: z.string().max(1024).optional().describe('Password at the relay'),
  dkim_private_key: z
    .string()
    .max(16_384)
    .optional()
    .describe('PEM of the RSA key whose public part is in DNS'),
});
export type EmailCredentials = z.infer<typeof credentialsSchema>;

const mebibyte = 1 << 20;
export const settingsSchema = z.strictObject({
  smtpPort: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(2525)
    .describe('Port of the SMTP server; 0 takes a free one'),
  smtpHost: z.string().default('127.0.0.1').describe('Address the SMTP server listens on'),
  smtpName: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/)
    .default('passerelle.localhost')
    .describe('Its name in the greeting'),
  smtpMaxBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .default(25 * mebibyte)
    .describe('Largest mail taken'),
  smtpMaxBytesInFlight: z.coerce
    .number()
    .int()
    .min(1024)
    .default(200 * mebibyte)
    .describe('All mail being received at one time'),
  smtpMaxClients: z.coerce.number().int().min(1).default(50).describe('Connections at one time'),
  smtpTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .default(60_000)
    .describe('A client that gets nothing done for so long is cut off'),
  smtpTlsCertFile: z
    .string()
    .optional()
    .describe('PEM file of the certificate chain; with the key, STARTTLS is offered'),
  smtpTlsKeyFile: z.string().optional().describe('PEM file of the private key'),
  allowedNetworks: z
    .string()
    .default('')
    .describe('Private networks that relays may be in, as CIDR ranges with commas between'),
});
export type EmailSettings = z.infer<typeof settingsSchema>;

/** In base64 (4 bytes for 3, and line ends) this stays below the 25 MiB that large providers take. */
export const maxAttachmentBytes = 18 * mebibyte;

export const manifest: Manifest<EmailConfig, EmailCredentials, EmailSettings> = {
  name: 'email',
  channel: 'email',
  title: 'Email (SMTP)',
  schemes: ['mailto'],
  capabilities: mailCapabilities(maxAttachmentBytes, ['delivered', 'read', 'failed']),
  config: configSchema,
  credentials: credentialsSchema,
  settings: settingsSchema,
  rate: { perSecond: 10, concurrency: 4 },
  documents,
};
