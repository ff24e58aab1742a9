import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';

const config = z.strictObject({
  base_url: baseUrlOr('https://api.vk.com', 'Address of the API'),
  group_id: z.int().positive().max(1e12).describe('Id of the community'),
});
const credentials = z.strictObject({
  access_token: z
    .string()
    .min(16)
    .max(512)
    .describe('Access key of the community, with the rights messages, photos and docs'),
  secret: z
    .string()
    .regex(/^[\w-]{8,50}$/, 'expected 8 to 50 letters, digits, - and _')
    .describe('The secret key of the Callback API server'),
  confirmation: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .describe('The text that the server must return, from the settings of the Callback API'),
});

export type VkConfig = z.infer<typeof config>;
export type VkCredentials = z.infer<typeof credentials>;
export type VkAccount = Account<VkConfig, VkCredentials>;

/** Page and schema say 9,000; that VK refuses more than this as too long (error 914) is what its users say. */
export const maxMessage = 4096;
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
/** Keyboards, "Data structure": inline ones have up to 10 buttons, labels up to 40 characters, payloads up to 255. */
const label = utf16(40);
/** A payload is JSON around ours: `{"p":"…"}`. */
const payload = { max: 240, unit: 'utf8_bytes' as const };
const fiftyMegabytes = 50_000_000;

export const manifest: Manifest<VkConfig, VkCredentials, undefined> = {
  name: 'vk',
  channel: 'vk',
  title: 'VK (community messages)',
  schemes: ['vk'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      choice: 'native',
      card: 'native',
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
        edit: 'native',
        typing: 'native',
        native: 'native',
      },
      'dropped',
    ),
    text: utf16(maxMessage),
    media: {
      image: { maxBytes: fiftyMegabytes, types: ['image/jpeg', 'image/png'] },
      audio: { maxBytes: fiftyMegabytes, types: ['audio/ogg'] },
      video: { maxBytes: fiftyMegabytes, types: ['video/*'] },
      file: { maxBytes: fiftyMegabytes, types: ['application/*', 'text/*', 'image/*', 'video/*'] },
    },
    caption: utf16(maxMessage),
    buttons: { max: 10, label, payload, body: utf16(maxMessage) },
    card: { title: utf16(256), subtitle: utf16(2000), actions: 10, label, actionTypes: ['reply', 'url'] },
    replies: true,
    receipts: ['sent'],
  },
  config,
  credentials,
  idempotentSends: true,
  rate: { perSecond: 20, concurrency: 10 },
  documents: [
    {
      title: 'VK API: messages.send',
      url: 'https://dev.vk.com/method/messages.send',
      version: '5.199, read on 22 November 2026',
    },
    {
      title: 'VK API JSON schema: callback, messages, errors',
      url: 'https://github.com/VKCOM/vk-api-schema',
      version: '5.199',
    },
    {
      title: 'Callback API, events, keyboards, uploads',
      url: 'https://dev.vk.com/api/callback/getting-started',
      version: 'read on 22 November 2026',
    },
  ],
};
