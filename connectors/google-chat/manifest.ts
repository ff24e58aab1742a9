import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const origin = z.url({ protocol: /^https?$/ }).max(512);

const config = z.strictObject({
  service_account: z
    .string()
    .regex(/^[^\s@]{1,128}@[^\s@]{1,128}$/, 'expected the address of a service account')
    .describe('Address of the service account that speaks for the app (client_email of its key)'),
  audience: z
    .string()
    .regex(/^\d{1,20}$/, 'expected the number of the project')
    .optional()
    .describe(
      'Number of the Cloud project, where the app says "Project number" for its authentication audience; left out: "HTTP endpoint URL"',
    ),
  base_url: origin.default('https://chat.googleapis.com').describe('Address of the Chat API'),
  token_url: origin
    .default('https://oauth2.googleapis.com/token')
    .describe('Where access tokens are asked for'),
});
const credentials = z.strictObject({
  private_key: z
    .string()
    .regex(
      /^-----BEGIN PRIVATE KEY-----[\w+/=\s]{100,8000}-----END PRIVATE KEY-----\s*$/,
      'expected a PEM key',
    )
    .describe('private_key of the key of the service account'),
});

export type GoogleChatConfig = z.infer<typeof config>;
export type GoogleChatCredentials = z.infer<typeof credentials>;
export type GoogleChatAccount = Account<GoogleChatConfig, GoogleChatCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });

/** Of a message, text and cards together. What the parts may hold is not documented: these figures stay below it together. */
export const maxMessageBytes = 32_000;
export const limits = { text: utf16(4096), label: utf16(60), title: utf16(200), url: 2048 } as const;

export const manifest: Manifest<GoogleChatConfig, GoogleChatCredentials, undefined> = {
  name: 'google-chat',
  channel: 'google-chat',
  title: 'Google Chat',
  schemes: ['google-chat'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      edit: 'native',
      removal: 'native',
      native: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native' }, 'dropped'),
    text: { ...limits.text, markdown: true },
    // an app may upload nothing: pictures are shown from their address, everything else goes as a link
    media: { image: { maxBytes: 25_000_000, types: ['image/png', 'image/jpeg', 'image/gif'] } },
    caption: limits.text,
    buttons: { max: 20, label: limits.label, payload: utf16(256), body: limits.text, header: limits.title },
    card: {
      title: limits.title,
      subtitle: utf16(500),
      actions: 6,
      label: limits.label,
      actionTypes: ['reply', 'url'],
    },
    carousel: { min: 1, max: 5, text: utf16(1000) },
    receipts: ['sent'],
  },
  config,
  credentials,
  idempotentSends: true,
  // 3,000 writes a minute in a project, one a second in a space
  rate: { perSecond: 50, concurrency: 20, perAddressMs: 1000 },
  documents: [
    {
      title: 'Verify requests from Google Chat',
      url: 'https://developers.google.com/workspace/chat/verify-requests-from-chat',
      version: 'read 2026-11-22',
    },
    {
      title: 'Types of interaction events; REST resource Event, EventType',
      url: 'https://developers.google.com/workspace/chat/interaction-events',
      version: 'read 2026-11-22',
    },
    {
      title: 'spaces.messages.create (Chat API v1)',
      url: 'https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create',
      version: 'read 2026-11-22',
    },
    {
      title: 'Usage limits of the Chat API',
      url: 'https://developers.google.com/workspace/chat/limits',
      version: 'read 2026-11-22',
    },
  ],
};
