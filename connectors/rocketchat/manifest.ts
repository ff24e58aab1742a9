import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrl } from '../kit/base-url.ts';

const config = z.strictObject({
  base_url: baseUrl('Address of the workspace, for example https://chat.example.com'),
  user_id: z
    .string()
    .regex(/^[A-Za-z0-9]{6,64}$/, 'expected letters and digits')
    .describe('User id of the bot, shown with its personal access token'),
});
const credentials = z.strictObject({
  auth_token: z.string().min(16).max(512).describe("The bot's personal access token"),
  webhook_token: z.string().min(8).max(512).describe('The token of the outgoing webhook integration'),
});

export type RocketConfig = z.infer<typeof config>;
export type RocketCredentials = z.infer<typeof credentials>;
export type RocketAccount = Account<RocketConfig, RocketCredentials>;

/** `Message_MaxAllowedSize` as it is delivered. Texts that are not Markdown may double when their marks are escaped. */
export const maxMessageLength = 5000;
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
/** `FileUpload_MaxFileSize` as it is delivered: 100 MiB. */
const file = { maxBytes: 50 * 1024 * 1024, types: ['*/*'] };

export const manifest: Manifest<RocketConfig, RocketCredentials, undefined> = {
  name: 'rocketchat',
  channel: 'rocketchat',
  title: 'Rocket.Chat (bot user)',
  schemes: ['rocketchat'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      card: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      read: 'native',
      native: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native', edit: 'native' }, 'dropped'),
    text: { ...utf16(2500), markdown: true },
    media: { image: file, audio: file, video: file, file, sticker: { ...file, types: ['image/*'] } },
    caption: utf16(2500),
    // no limit of a label is documented: what fits the width of a phone
    card: { title: utf16(256), subtitle: utf16(2000), actions: 5, label: utf16(64), actionTypes: ['url'] },
    replies: true,
    receipts: ['sent'],
  },
  config,
  credentials,
  rate: { perSecond: 5, concurrency: 5 },
  documents: [
    {
      title: 'Rocket.Chat REST API: messaging, rooms, users',
      url: 'https://developer.rocket.chat/apidocs',
      version: 'pages of 1 June to 14 October 2026, read on 22 November 2026',
    },
    {
      title: 'Outgoing webhook integrations (what is sent: triggerHandler.ts)',
      url: 'https://github.com/RocketChat/Rocket.Chat/tree/develop/apps/meteor/app/integrations',
      version: 'read on 22 November 2026',
    },
  ],
};
