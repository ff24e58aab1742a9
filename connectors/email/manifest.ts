import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Manifest } from '../contract/index.ts';

const mailbox = z
  .string()
  .max(254)
  .regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, 'expected a mailbox such as support@shop.test');
const domain = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9.-]+$/, 'expected a domain name');
const headerText = z.string().regex(/^\P{Cc}*$/u, 'contains a line break or another control character');

export const configSchema = z.strictObject({
  address: mailbox.describe('The mailbox: mail to it comes in, mail out is from it, bounces return to it'),
  aliases: z
    .array(z.union([mailbox, z.string().regex(/^@[A-Za-z0-9.-]+$/, 'expected @domain')]))
    .max(100)
    .default([])
    .describe('Further mailboxes that come in here, or @domain for every mailbox of a domain'),
  name: headerText.max(128).default('').describe('The name that consumers see beside the address'),
  subject: headerText
    .min(1)
    .max(255)
    .optional()
    .describe('Subject of a first message that brings none; default: the name'),
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

const textLimit = { max: 65_536, unit: 'utf16' } as const;
/** In base64 (4 bytes for 3, and line ends) this stays below the 25 MiB that large providers take. */
const maxAttachmentBytes = 18 * mebibyte;
const attachment = (types: string[]) => ({ maxBytes: maxAttachmentBytes, types });
const rfc = (number: number, title: string, date: string) => ({
  title: `RFC ${number}, ${title}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}`,
  version: date,
});

export const manifest: Manifest<EmailConfig, EmailCredentials, EmailSettings> = {
  name: 'email',
  channel: 'email',
  title: 'Email (SMTP)',
  schemes: ['mailto'],
  capabilities: {
    outbound: kinds({ text: 'native', media: 'native' }),
    inbound: kinds({ text: 'native', media: 'native' }, 'dropped'),
    text: { ...textLimit, markdown: true, subject: true },
    caption: textLimit,
    media: {
      image: attachment(['image/*']),
      audio: attachment(['audio/*']),
      video: attachment(['video/*']),
      file: attachment([
        'application/*',
        'text/*',
        'image/*',
        'audio/*',
        'video/*',
        'font/*',
        'model/*',
        'message/*',
      ]),
      sticker: attachment(['image/*']),
    },
    replies: true,
    receipts: ['delivered', 'read', 'failed'],
  },
  config: configSchema,
  credentials: credentialsSchema,
  settings: settingsSchema,
  rate: { perSecond: 10, concurrency: 4 },
  documents: [
    rfc(5321, 'Simple Mail Transfer Protocol', 'October 2008'),
    rfc(5322, 'Internet Message Format', 'October 2008'),
    rfc(3461, 'SMTP Service Extension for Delivery Status Notifications', 'January 2003'),
    rfc(3463, 'Enhanced Mail System Status Codes', 'January 2003'),
    rfc(3464, 'An Extensible Message Format for Delivery Status Notifications', 'January 2003'),
    rfc(3834, 'Recommendations for Automatic Responses to Electronic Mail', 'August 2004'),
    rfc(5248, 'A Registry for SMTP Enhanced Mail System Status Codes', 'June 2008'),
    rfc(6376, 'DomainKeys Identified Mail (DKIM) Signatures', 'September 2011'),
    rfc(8098, 'Message Disposition Notification', 'February 2017'),
  ],
};
