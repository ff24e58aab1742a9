import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const token = z
  .string()
  .min(16)
  .max(512)
  .regex(/^[\u0021-\u007e]+$/, 'expected visible ASCII characters');

const config = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .describe('Where the homeserver answers clients, for example https://matrix.example.com'),
  user_id: z
    .string()
    .max(255)
    .regex(/^@[a-z0-9._=/+-]+:[A-Za-z0-9.:[\]-]+$/, 'expected @name:server')
    .describe('The user that speaks for the merchant: sender_localpart of the registration, with its server'),
});
const credentials = z.strictObject({
  as_token: token.describe('as_token of the registration: allows to act on the homeserver'),
  hs_token: token.describe('hs_token of the registration: comes with every call of the homeserver'),
});

export type MatrixConfig = z.infer<typeof config>;
export type MatrixCredentials = z.infer<typeof credentials>;
export type MatrixAccount = Account<MatrixConfig, MatrixCredentials>;

/** An event has at most 65,536 bytes in all (size limits of events); what is left is for its envelope and signatures. */
export const maxContentBytes = 62_000;

/** Synapse's `max_upload_size` unless its operator says otherwise; homeservers tell theirs at /_matrix/client/v1/media/config. */
const upload = { maxBytes: 50 * 1024 * 1024, types: ['*/*'] };

export const manifest: Manifest<MatrixConfig, MatrixCredentials, undefined> = {
  name: 'matrix',
  channel: 'matrix',
  title: 'Matrix (application service)',
  schemes: ['matrix'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      typing: 'native',
      read: 'native',
      native: 'native',
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
      },
      'dropped',
    ),
    // JSON writes quotes and line ends in two bytes: twice this is still an event
    text: { max: 30_000, unit: 'utf8_bytes' },
    media: {
      image: upload,
      audio: upload,
      video: upload,
      file: upload,
      sticker: { ...upload, types: ['image/*'] },
    },
    caption: { max: 20_000, unit: 'utf8_bytes' },
    replies: true,
    receipts: ['sent', 'read'],
  },
  config,
  credentials,
  idempotentSends: true,
  rate: { perSecond: 10, concurrency: 10 },
  documents: [
    {
      title: 'Matrix specification: Application Service API',
      url: 'https://spec.matrix.org/latest/application-service-api/',
      version: 'data/api/application-service of matrix-org/matrix-spec, with additions up to v1.13',
    },
    {
      title: 'Matrix specification: Client-Server API',
      url: 'https://spec.matrix.org/latest/client-server-api/',
      version:
        'data/api/client-server and data/event-schemas of matrix-org/matrix-spec, read on 22 November 2026',
    },
  ],
};
