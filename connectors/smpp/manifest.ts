import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Manifest } from '../contract/index.ts';

export const configSchema = z
  .strictObject({
    host: z.string().min(1).max(253).describe('Host name or IP address of the SMSC'),
    port: z.int().min(1).max(65_535).default(2775).describe('Its port'),
    tls: z.boolean().default(false).describe('Connect with TLS; the certificate is checked'),
    tls_ca: z
      .string()
      .max(65_536)
      .optional()
      .describe('PEM of the authority that signed the certificate, if not a public one'),
    system_type: z
      .string()
      .max(12)
      .default('')
      .describe('system_type of the bind, if the provider asks for one'),
    address_range: z
      .string()
      .max(40)
      .default('')
      .describe('address_range of the bind: the numbers whose messages come here'),
    service_type: z
      .string()
      .max(5)
      .default('')
      .describe('service_type of each message, if the provider asks for one'),
    sender: z
      .string()
      .regex(/^(\+\d{5,15}|\d{0,20}|(?=.*[^\d+])[\u0020-\u007e]{1,11})$/)
      .default('')
      .describe(
        'What consumers see as sender: +E.164, a short code, or a name of at most 11 characters. Empty: the provider sets it',
      ),
    sender_ton: z
      .int()
      .min(0)
      .max(7)
      .optional()
      .describe('source_addr_ton, if the provider wants another than follows from the sender'),
    sender_npi: z.int().min(0).max(18).optional().describe('source_addr_npi, likewise'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional()
      .describe('ISO 3166 country in which national numbers are read, for example FR'),
    per_second: z
      .number()
      .min(0.1)
      .max(1000)
      .default(10)
      .describe('Messages (segments) per second that the provider allows'),
    window: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('submit_sm without an answer at once; at most 3 × per_second, default 2 ×'),
    enquire_link_seconds: z
      .int()
      .min(1)
      .max(600)
      .default(30)
      .describe('How often the link is asked whether it lives'),
    response_seconds: z.int().min(1).max(120).default(10).describe('How long an answer is waited for'),
    long_messages: z
      .enum(['udh8', 'udh16', 'sar', 'payload'])
      .default('udh8')
      .describe('Long texts: header with an 8 or 16 bit reference, sar_* parameters, or one message_payload'),
    default_alphabet: z
      .enum(['gsm7', 'latin1'])
      .default('gsm7')
      .describe('What data_coding 0 means to this SMSC'),
    registered_delivery: z
      .union([z.literal(0), z.literal(1), z.literal(2)])
      .default(1)
      .describe('Receipts: 0 none, 1 all, 2 failures only'),
    receipt_id_format: z
      .enum(['auto', 'same', 'decimal', 'hex'])
      .default('auto')
      .describe(
        'How receipts write a message id, beside the answer to the submit: the same, or in the other base: decimal or hex',
      ),
    reassembly_seconds: z
      .int()
      .min(10)
      .max(86_400)
      .default(300)
      .describe('After this time an incomplete long message is passed on as far as it came'),
  })
  .refine(
    ({ window, per_second: perSecond }) => window === undefined || window <= Math.max(1, 3 * perSecond),
    {
      message: 'at most three times per_second',
      path: ['window'],
    },
  );
export type Config = z.infer<typeof configSchema>;

export const credentialsSchema = z.strictObject({
  system_id: z.string().min(1).max(15).describe('system_id of the bind'),
  password: z.string().max(64).describe('Its password'),
});
export type Credentials = z.infer<typeof credentialsSchema>;

const networkSchema = z.union([z.cidrv4(), z.cidrv6()]);
export const settingsSchema = z.strictObject({
  allowedNetworks: z
    .preprocess(
      (value) =>
        typeof value === 'string' ? value.split(/[\s,]+/).filter((network) => network !== '') : value,
      z.array(networkSchema),
    )
    .default([])
    .describe(
      'Private networks that accounts may connect to, as CIDR ranges with commas: a leased line, a test SMSC',
    ),
});
export type Settings = z.infer<typeof settingsSchema>;

/** 10 segments of 153 septets; longer texts are the exception that providers refuse. */
const maxSeptets = 1530;

export const manifest: Manifest<Config, Credentials, Settings> = {
  name: 'smpp',
  channel: 'sms',
  title: 'SMS over SMPP 3.4',
  schemes: ['tel'],
  capabilities: {
    outbound: kinds({ text: 'native' }),
    inbound: kinds({ text: 'native' }, 'dropped'),
    text: { max: maxSeptets, unit: 'septets', concatenated: true },
    receipts: ['sent', 'delivered', 'failed'],
  },
  config: configSchema,
  credentials: credentialsSchema,
  settings: settingsSchema,
  // the account's own per_second and window are kept by the session, segment by segment; these are the outer bounds
  rate: { perSecond: 1000, concurrency: 100 },
  documents: [
    {
      title: 'Short Message Peer to Peer Protocol Specification v3.4',
      url: 'https://smpp.org/SMPP_v3_4_Issue1_2.pdf',
      version: 'Issue 1.2, 12-Oct-1999',
    },
    {
      title: '3GPP TS 23.038, Alphabets and language-specific information',
      url: 'https://www.3gpp.org/dynareport/23038.htm',
      version: 'V16.0.0 (2020-07)',
    },
    {
      title: '3GPP TS 23.040, Technical realization of the Short Message Service, 9.2.3.24',
      url: 'https://www.3gpp.org/dynareport/23040.htm',
      version: 'V16.0.0 (2020-07)',
    },
  ],
};
