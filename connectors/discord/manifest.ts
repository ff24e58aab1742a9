import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';

const config = z.strictObject({
  public_key: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits')
    .describe("The application's public key, which Discord's calls are checked with"),
  direct_messages: z
    .boolean()
    .default(true)
    .describe(
      'Hold a connection to the gateway for what people write; without it only commands and presses come in',
    ),
  base_url: baseUrlOr('https://discord.com/api/v10', 'Address of the HTTP interface'),
});
const credentials = z.strictObject({
  bot_token: z
    .string()
    .regex(/^[\w.-]{16,256}$/, 'expected the token of the bot')
    .describe("The bot's token"),
});

export type DiscordConfig = z.infer<typeof config>;
export type DiscordCredentials = z.infer<typeof credentials>;
export type DiscordAccount = Account<DiscordConfig, DiscordCredentials>;

/** Discord says "characters"; counted in UTF-16 units a text is within any larger unit. */
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });

export const limits = {
  content: utf16(2000),
  label: utf16(80),
  optionText: utf16(100),
  customId: utf16(100),
  placeholder: utf16(150),
  embedTitle: utf16(256),
  /** Title and description of the one embed of a card are within the 6,000 of all embeds. */
  embedDescription: utf16(4096),
  footer: utf16(1000),
  url: 512,
  perRow: 5,
} as const;
/** What every consumer may be sent, whatever they or their server pay for. */
const file = { maxBytes: 10 * 1024 * 1024, types: ['*/*'] };

export const manifest: Manifest<DiscordConfig, DiscordCredentials, undefined> = {
  name: 'discord',
  channel: 'discord',
  title: 'Discord',
  schemes: ['discord'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      typing: 'native',
      native: 'native',
    }),
    inbound: kinds(
      { text: 'native', media: 'native', reaction: 'native', edit: 'native', removal: 'native' },
      'dropped',
    ),
    text: { ...limits.content, markdown: true },
    media: { image: file, audio: file, video: file, file },
    caption: limits.content,
    buttons: { max: 25, label: limits.label, payload: limits.customId, body: limits.content },
    list: {
      max: 25,
      label: limits.optionText,
      description: limits.optionText,
      payload: limits.optionText,
      body: limits.content,
      button: limits.placeholder,
      multiple: true,
    },
    card: {
      title: limits.embedTitle,
      subtitle: limits.embedDescription,
      actions: 25,
      label: limits.label,
      actionTypes: ['reply', 'url'],
    },
    replies: true,
    receipts: ['sent'],
  },
  config,
  credentials,
  // 50 requests a second in all; what a channel takes is told in answers, about five messages in five seconds
  rate: { perSecond: 25, concurrency: 10, perAddressMs: 1000, perAddressBurst: 5 },
  documents: [
    {
      title: 'Interactions: Receiving and Responding',
      url: 'https://docs.discord.com/developers/interactions/receiving-and-responding',
      version: 'read 2026-11-22',
    },
    {
      title: 'Message resource (create, edit, reactions), User resource (Create DM)',
      url: 'https://docs.discord.com/developers/resources/message',
      version: 'API v10, read 2026-11-22',
    },
    {
      title: 'Component Reference (action rows, buttons, string selects, legacy messages)',
      url: 'https://docs.discord.com/developers/components/reference',
      version: 'discord/discord-api-docs at 038eea1, read 2026-11-22',
    },
    {
      title: 'Gateway, Gateway Events',
      url: 'https://docs.discord.com/developers/events/gateway',
      version: 'v10, read 2026-11-22',
    },
    {
      title: 'Opcodes and Status Codes',
      url: 'https://docs.discord.com/developers/topics/opcodes-and-status-codes',
      version: 'read 2026-11-22',
    },
    {
      title: 'Rate Limits',
      url: 'https://docs.discord.com/developers/topics/rate-limits',
      version: 'read 2026-11-22',
    },
  ],
};
