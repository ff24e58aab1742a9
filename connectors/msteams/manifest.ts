import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const origin = z.url({ protocol: /^https?$/ }).max(512);
const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'expected a GUID');

const config = z.strictObject({
  app_id: guid.describe('Microsoft App ID of the bot'),
  tenant_id: guid.describe('Directory (tenant) ID of the organisation that the bot talks to'),
  token_tenant: z
    .union([guid, z.literal('botframework.com')])
    .optional()
    .describe(
      'Where the bot is registered: its own tenant, or "botframework.com" for a multi-tenant bot; left out: tenant_id',
    ),
  service_url: origin
    .default('https://smba.trafficmanager.net/teams')
    .describe('Address of the Bot Connector for Teams'),
  login_url: origin
    .default('https://login.microsoftonline.com')
    .describe('Where access tokens are asked for'),
  graph_url: origin
    .default('https://graph.microsoft.com/v1.0')
    .describe('Address of Microsoft Graph, which tells when the client secret ends'),
  keys_url: origin
    .default('https://login.botframework.com/v1/.well-known/keys')
    .describe('Where the Bot Connector publishes the keys that it signs with'),
});
const credentials = z.strictObject({
  client_secret: z.string().min(1).max(1024).describe('Client secret of the bot'),
});

export type TeamsConfig = z.infer<typeof config>;
export type TeamsCredentials = z.infer<typeof credentials>;
export type TeamsAccount = Account<TeamsConfig, TeamsCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });

/** "Format your bot messages": of a message with its cards, in UTF-16. What single parts may hold is not documented: these stay below it. */
export const maxMessageBytes = 100_000;
export const limits = {
  text: utf16(12_000),
  title: utf16(200),
  label: utf16(60),
  row: utf16(200),
  body: utf16(4000),
} as const;

export const manifest: Manifest<TeamsConfig, TeamsCredentials, undefined> = {
  name: 'msteams',
  channel: 'msteams',
  title: 'Microsoft Teams',
  schemes: ['msteams'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      edit: 'native',
      removal: 'native',
      typing: 'native',
      native: 'native',
    }),
    inbound: kinds(
      { text: 'native', media: 'native', reaction: 'native', edit: 'native', removal: 'native' },
      'dropped',
    ),
    text: { ...limits.text, markdown: true },
    // a file of a bot's needs the person's leave first, so that all but pictures go as a link
    media: { image: { maxBytes: 1_000_000, types: ['image/png', 'image/jpeg', 'image/gif'] } },
    caption: limits.body,
    buttons: { max: 6, label: limits.label, payload: utf16(256), body: limits.body, header: limits.title },
    list: {
      max: 50,
      label: limits.row,
      description: limits.row,
      payload: utf16(256),
      body: limits.body,
      button: limits.label,
      header: limits.title,
      multiple: true,
    },
    card: {
      title: limits.title,
      subtitle: utf16(1000),
      actions: 6,
      label: limits.label,
      actionTypes: ['reply', 'url'],
    },
    carousel: { min: 1, max: 10, text: limits.body },
    receipts: ['sent', 'read'],
  },
  config,
  credentials,
  tellsExpiry: true,
  // in one conversation 1,800 an hour and a few a second; 50 requests a second for an app and tenant
  rate: { perSecond: 40, concurrency: 10, perAddressMs: 2000, perAddressBurst: 5 },
  documents: [
    {
      title: 'Get application; passwordCredential resource type (Microsoft Graph)',
      url: 'https://learn.microsoft.com/en-us/graph/api/application-get',
      version: 'v1.0, read 2026-11-22',
    },
    {
      title: 'Authentication with the Bot Connector API',
      url: 'https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication',
      version: 'read 2026-11-22',
    },
    {
      title: 'Bot Connector API reference (Activity, Conversation)',
      url: 'https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference',
      version: 'v3, read 2026-11-22',
    },
    {
      title: 'Proactive messages; Send and receive files (Teams)',
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages',
      version: 'read 2026-11-22',
    },
    {
      title: 'Send and receive messages: read receipts, status codes from bot conversational APIs',
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/build-conversational-capability',
      version: 'of 2024-10-03, read 2026-11-22',
    },
    {
      title: 'Format your bot messages (message size); Types of cards (versions, buttons, pictures)',
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/format-your-bot-messages',
      version: 'of 2025-03-11 and 2023-06-13, read 2026-11-22',
    },
    {
      title: 'Optimize your bot with rate limiting in Teams',
      url: 'https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit',
      version: 'read 2026-11-22',
    },
  ],
};
