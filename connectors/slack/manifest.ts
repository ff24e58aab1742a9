import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const secret = z.string().min(1).max(1024);

const origin = z.url({ protocol: /^https?$/ }).max(512);

const config = z.strictObject({
  team_id: z
    .string()
    .regex(/^[TE][A-Z0-9]{2,31}$/, 'expected an id that begins with T or E')
    .describe('Id of the workspace that the app is installed in'),
  base_url: origin.default('https://slack.com/api').describe('Address of the Web API'),
  files_url: origin
    .default('https://files.slack.com')
    .describe('Where Slack keeps files: the token is shown there and to the Web API, nowhere else'),
});
const credentials = z.strictObject({
  bot_token: secret.describe('Bot User OAuth Token of the installation'),
  signing_secret: secret.describe('Signing Secret of the app; signs every request of Slack'),
});

export type SlackConfig = z.infer<typeof config>;
export type SlackCredentials = z.infer<typeof credentials>;
export type SlackAccount = Account<SlackConfig, SlackCredentials>;

/** Slack says "characters"; counted in UTF-16 units a text is within any larger unit. */
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
const megabytes = (count: number) => count * 1_000_000;

export const limits = {
  /** Slack cuts a message at 40,000: with every character escaped this is still below. An edit has 4,000, escapes and all. */
  text: utf16(4000),
  section: utf16(3000),
  header: utf16(150),
  label: utf16(75),
  placeholder: utf16(150),
  cardTitle: utf16(150),
  cardBody: utf16(200),
  /** Not in Slack's reference: what libraries that check blocks allow. */
  cardActions: 3,
  url: 3000,
  altText: 2000,
} as const;
const file = { maxBytes: megabytes(100), types: ['*/*'] };

export const manifest: Manifest<SlackConfig, SlackCredentials, undefined> = {
  name: 'slack',
  channel: 'slack',
  title: 'Slack',
  schemes: ['slack'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      reaction: 'native',
      edit: 'native',
      removal: 'native',
      native: 'native',
    }),
    inbound: kinds(
      { text: 'native', media: 'native', reaction: 'native', edit: 'native', removal: 'native' },
      'dropped',
    ),
    text: { ...limits.text, markdown: true },
    media: { image: file, audio: file, video: file, file },
    caption: utf16(3000),
    buttons: {
      max: 25,
      label: limits.label,
      payload: utf16(2000),
      body: limits.section,
      header: limits.header,
      footer: limits.section,
    },
    list: {
      max: 100,
      label: limits.label,
      description: limits.label,
      payload: utf16(150),
      body: limits.section,
      button: limits.placeholder,
      header: limits.header,
      footer: limits.section,
    },
    card: {
      title: limits.cardTitle,
      subtitle: limits.cardBody,
      actions: limits.cardActions,
      label: limits.label,
      actionTypes: ['reply', 'url'],
    },
    carousel: { min: 1, max: 10, text: limits.section },
    replies: true,
    receipts: ['sent'],
  },
  config,
  credentials,
  tellsExpiry: true,
  // one message a second in each conversation, "several hundred" a minute in the workspace
  rate: { perSecond: 5, concurrency: 5, perAddressMs: 1000, perAddressBurst: 3 },
  documents: [
    {
      title: 'Using token rotation',
      url: 'https://docs.slack.dev/authentication/using-token-rotation',
      version: 'read 2026-11-22',
    },
    {
      title: 'auth.test: AuthTestResponse (node-slack-sdk, made from the Web API)',
      url: 'https://github.com/slackapi/node-slack-sdk/blob/main/packages/web-api/src/types/response/AuthTestResponse.ts',
      version: 'read 2026-11-22',
    },
    { title: 'Events API', url: 'https://docs.slack.dev/apis/events-api', version: 'read 2026-11-22' },
    {
      title: 'message event, reaction_added event',
      url: 'https://docs.slack.dev/reference/events/message',
      version: 'read 2026-11-22',
    },
    {
      title: 'block_actions payload',
      url: 'https://docs.slack.dev/reference/interaction-payloads/block_actions-payload',
      version: 'read 2026-11-22',
    },
    {
      title: 'Block Kit reference (text objects, actions, card, carousel)',
      url: 'https://docs.slack.dev/reference/block-kit',
      version: 'read 2026-11-22',
    },
    {
      title:
        'chat.postMessage, chat.update, chat.delete, reactions.add, files.completeUploadExternal with their errors',
      url: 'https://docs.slack.dev/reference/methods/chat.postMessage',
      version: 'as slack-ruby/slack-api-ref keeps them at 0e98f2e, read 2026-11-22',
    },
    {
      title: 'Rate limits',
      url: 'https://docs.slack.dev/apis/web-api/rate-limits',
      version: 'read 2026-11-22',
    },
  ],
};
