import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrl } from '../kit/base-url.ts';

const config = z.strictObject({
  base_url: baseUrl('Address of signal-cli-rest-api, for example http://signal-api:8080'),
  number: z
    .string()
    .regex(/^\+[1-9]\d{4,14}$/, 'expected +33…')
    .describe('The number that is registered or linked there'),
});
const credentials = z.strictObject({
  hook_token: z
    .string()
    .regex(/^[\w-]{16,128}$/, 'expected 16 to 128 letters, digits, - and _')
    .describe('Secret in the address that is called (?token=…), for nothing is signed'),
  authorization: z
    .string()
    .min(8)
    .max(1024)
    .optional()
    .describe('The whole Authorization header, where a proxy before signal-cli-rest-api asks for one'),
});

export type SignalConfig = z.infer<typeof config>;
export type SignalCredentials = z.infer<typeof credentials>;
export type SignalAccount = Account<SignalConfig, SignalCredentials>;

/** What Signal's apps show in a message itself; more goes as a file that they call "long text". */
export const maxTextBytes = 2000;
const text = { max: maxTextBytes, unit: 'utf8_bytes' as const };
/** Signal takes 100 MB; here files travel in JSON, as base64. */
const file = { maxBytes: 20_000_000, types: ['*/*'] };

export const manifest: Manifest<SignalConfig, SignalCredentials, undefined> = {
  name: 'signal-cli',
  channel: 'signal',
  title: 'Signal (signal-cli-rest-api)',
  schemes: ['signal'],
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
        contact: 'native',
        reaction: 'native',
        edit: 'native',
        removal: 'native',
        typing: 'native',
      },
      'dropped',
    ),
    text,
    media: { image: file, audio: file, video: file, file, sticker: { ...file, types: ['image/*'] } },
    caption: text,
    replies: true,
    receipts: ['sent', 'delivered', 'read'],
  },
  config,
  credentials,
  // one after the other: a message is known by its time alone, to the millisecond
  rate: { perSecond: 1, concurrency: 1 },
  documents: [
    {
      title: 'Signal Cli REST API (Swagger)',
      url: 'https://bbernhard.github.io/signal-cli-rest-api/',
      version: 'swagger.yaml and release notes up to 0.94, read on 22 November 2026',
    },
    {
      title: 'signal-cli: JSON-RPC, receive',
      url: 'https://github.com/AsamK/signal-cli/blob/master/man/signal-cli-jsonrpc.5.adoc',
      version: '0.13.18, read on 22 November 2026',
    },
  ],
};
