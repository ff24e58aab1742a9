import { z } from 'zod';
import type { Manifest } from '../contract/index.ts';
import { kinds } from '../../protocol/capabilities.ts';

export const configSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(80)
    .optional()
    .describe('The name at the head of the phone; "Your merchant" if left out'),
});
export type Config = z.infer<typeof configSchema>;

export const credentialsSchema = z.strictObject({
  secret: z
    .string()
    .min(16)
    .max(200)
    .describe("What the key in the phone page's address is derived from; any long random text"),
});
export type Credentials = z.infer<typeof credentialsSchema>;

const megabyte = 1 << 20;

export const manifest: Manifest<Config, Credentials, undefined> = {
  name: 'sandbox',
  channel: 'sandbox',
  title: 'Sandbox phone',
  schemes: ['sandbox'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      contact: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      form: 'native',
      survey: 'native',
      product: 'native',
      payment_request: 'native',
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
        contact: 'native',
        order: 'native',
        typing: 'native',
        read: 'native',
      },
      'refused',
    ),
    text: { max: 4096, unit: 'utf16', markdown: true },
    caption: { max: 1024, unit: 'utf16' },
    media: {
      image: { maxBytes: 10 * megabyte, types: ['image/*'] },
      audio: { maxBytes: 16 * megabyte, types: ['audio/*'] },
      video: { maxBytes: 50 * megabyte, types: ['video/*'] },
      file: { maxBytes: 50 * megabyte, types: ['*/*'] },
      sticker: { maxBytes: megabyte, types: ['image/*'] },
    },
    buttons: {
      max: 10,
      label: { max: 40, unit: 'graphemes' },
      payload: { max: 128, unit: 'utf8_bytes' },
      body: { max: 4096, unit: 'utf16' },
      multiple: true,
    },
    list: {
      max: 50,
      label: { max: 80, unit: 'graphemes' },
      description: { max: 160, unit: 'graphemes' },
      button: { max: 40, unit: 'graphemes' },
      payload: { max: 128, unit: 'utf8_bytes' },
      body: { max: 4096, unit: 'utf16' },
      multiple: true,
    },
    card: {
      title: { max: 120, unit: 'graphemes' },
      subtitle: { max: 300, unit: 'graphemes' },
      label: { max: 40, unit: 'graphemes' },
      actions: 5,
      actionTypes: ['reply', 'url', 'call'],
    },
    carousel: { min: 1, max: 10 },
    receipts: ['sent', 'delivered', 'read', 'failed'],
  },
  config: configSchema,
  credentials: credentialsSchema,
  rate: { perSecond: 100, concurrency: 20 },
  documents: [
    {
      title: 'RFC 6455, The WebSocket Protocol',
      url: 'https://www.rfc-editor.org/rfc/rfc6455',
      version: 'December 2011',
    },
    {
      title: 'Content Security Policy Level 3',
      url: 'https://www.w3.org/TR/CSP3/',
      version: 'Working Draft',
    },
  ],
};
