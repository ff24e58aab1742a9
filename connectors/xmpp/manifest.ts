import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { bareJid } from './address.ts';

const jid = z
  .string()
  .max(512)
  .refine((text) => bareJid(text) === text, 'expected a JID without a resource, in lower case');

const config = z
  .strictObject({
    host: z.string().min(1).max(253).describe('Host name or IP address of the XMPP server'),
    port: z.int().min(1).max(65_535).default(5347).describe('Its port for components'),
    tls: z
      .boolean()
      .default(false)
      .describe('Connect with TLS from the first byte; the certificate must be that of the host'),
    tls_ca: z
      .string()
      .max(16_384)
      .optional()
      .describe('PEM of the authority that signed the certificate, if not a public one'),
    domain: jid.describe('Domain of the component, as the server knows it: shop.example.com'),
    address: jid.describe(
      'JID that consumers write to: the domain itself, or a name before it, hello@shop.example.com',
    ),
    name: z.string().min(1).max(255).optional().describe("The account's name, which clients ask for"),
    ping_seconds: z
      .int()
      .min(5)
      .max(600)
      .default(60)
      .describe('How often the line is asked whether it lives'),
  })
  .refine(({ domain, address }) => address === domain || address.endsWith(`@${domain}`), {
    message: 'is not of the domain',
    path: ['address'],
  });
const credentials = z.strictObject({
  secret: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^&<>"']*$/, `must not hold & < > " or ', which servers read in different ways`)
    .describe('The secret that the component shares with the server'),
});
const settings = z.strictObject({
  allowedNetworks: z
    .preprocess(
      (value) =>
        typeof value === 'string' ? value.split(/[\s,]+/).filter((network) => network !== '') : value,
      z.array(z.union([z.cidrv4(), z.cidrv6()])),
    )
    .default([])
    .describe('Private networks that accounts may connect to, as CIDR ranges with commas'),
});

export type XmppConfig = z.infer<typeof config>;
export type XmppCredentials = z.infer<typeof credentials>;
export type XmppSettings = z.infer<typeof settings>;
export type XmppAccount = Account<XmppConfig, XmppCredentials>;

/** Only an address goes out, so that the size is a matter of the gateway's. */
const file = { maxBytes: 100 * 1024 * 1024, types: ['*/*'], caption: false };

const xep = (number: string, title: string, version: string) => ({
  title: `XEP-${number}: ${title}`,
  url: `https://xmpp.org/extensions/xep-${number}.html`,
  version,
});

export const manifest: Manifest<XmppConfig, XmppCredentials, XmppSettings> = {
  name: 'xmpp',
  channel: 'xmpp',
  title: 'XMPP (external component)',
  schemes: ['xmpp'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      typing: 'native',
      read: 'native',
    }),
    inbound: kinds(
      {
        text: 'native',
        media: 'native',
        location: 'native',
        reaction: 'native',
        edit: 'native',
        removal: 'native',
        typing: 'native',
        native: 'native',
      },
      'dropped',
    ),
    // every server takes stanzas of 10,000 bytes (RFC 6120, 13.12); the rest is for what goes with the text
    text: { max: 8000, unit: 'utf8_bytes' },
    media: { image: file, audio: file, video: file, file, sticker: { ...file, types: ['image/*'] } },
    replies: true,
    receipts: ['sent', 'delivered', 'read', 'failed'],
  },
  config,
  credentials,
  settings,
  // no document names a limit: what servers of ordinary size take from a component without a thought
  rate: { perSecond: 50, concurrency: 20 },
  documents: [
    xep('0114', 'Jabber Component Protocol', '1.5 (2005-03-03)'),
    {
      title: 'RFC 6120: XMPP Core (streams, stanzas, errors, restricted XML)',
      url: 'https://www.rfc-editor.org/rfc/rfc6120',
      version: 'March 2011',
    },
    {
      title: 'RFC 6121: XMPP Instant Messaging and Presence; RFC 7622: Address Format',
      url: 'https://www.rfc-editor.org/rfc/rfc6121',
      version: 'March 2011; September 2015',
    },
    xep('0030', 'Service Discovery', '2.4 (2008-06-06)'),
    xep('0066', 'Out of Band Data', '1.5 (2006-08-16)'),
    xep('0085', 'Chat State Notifications', '1.2 (2006-07-12)'),
    xep('0184', 'Message Delivery Receipts', '1.2 (2011-03-01)'),
    xep('0199', 'XMPP Ping', '1.0 (2007-06-12)'),
    xep('0203', 'Delayed Delivery', '1.0 (2007-03-29)'),
    xep('0280', 'Message Carbons', '0.10.1 (2016-02-16)'),
    xep('0308', 'Last Message Correction', '1.1 (2019-03-08)'),
    xep('0333', 'Chat Markers', '0.4 (2020-04-15)'),
    xep('0385', 'Stateless Inline Media Sharing', '0.2.0 (2017-09-22)'),
    xep('0424', 'Message Retraction', '0.4.2 (2025-01-18)'),
    xep('0428', 'Fallback Indication', '0.2.0 (2022-07-17)'),
    xep('0444', 'Message Reactions', '0.2.0 (2022-12-30)'),
    xep('0447', 'Stateless file sharing', '0.2.0 (2022-08-03)'),
    xep('0461', 'Message Replies', '0.3.0 (2025-01-31)'),
  ],
};
