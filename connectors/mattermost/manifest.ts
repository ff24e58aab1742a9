import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrl } from '../kit/base-url.ts';

const config = z.strictObject({
  base_url: baseUrl('Address of the server, for example https://chat.example.com'),
  bot_id: z
    .string()
    .regex(/^[a-z0-9]{26}$/, 'expected 26 lower case letters and digits')
    .describe("User id of the bot account, from the server's list of bots"),
});
const credentials = z.strictObject({
  token: z.string().min(16).max(512).describe('Access token of the bot account'),
  action_secret: z
    .string()
    .min(16)
    .max(256)
    .describe('A long random text of your own: seals what buttons carry, so that a press cannot be made up'),
});

export type MattermostConfig = z.infer<typeof config>;
export type MattermostCredentials = z.infer<typeof credentials>;
export type MattermostAccount = Account<MattermostConfig, MattermostCredentials>;

/** Longest `message` (`PostMessageMaxRunesV2` of the server's model). Texts that are not Markdown may double when their marks are escaped. */
export const maxMessageRunes = 16_383;
const runes = (max: number) => ({ max, unit: 'codepoints' as const });
/** The server's own default is larger; what its operator set comes as `content_too_large`. */
const file = { maxBytes: 50 * 1024 * 1024, types: ['*/*'] };
/** No limit of a label is documented: what fits the width of a phone. */
const label = runes(64);

export const manifest: Manifest<MattermostConfig, MattermostCredentials, undefined> = {
  name: 'mattermost',
  channel: 'mattermost',
  title: 'Mattermost (bot account)',
  schemes: ['mattermost'],
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
    text: { ...runes(8000), markdown: true },
    media: { image: file, audio: file, video: file, file, sticker: { ...file, types: ['image/*'] } },
    caption: runes(8000),
    buttons: { max: 20, label, payload: { max: 255, unit: 'utf8_bytes' }, body: runes(8000) },
    card: { title: runes(256), subtitle: runes(4000), actions: 5, label, actionTypes: ['reply'] },
    replies: true,
    receipts: ['sent'],
  },
  config,
  credentials,
  rate: { perSecond: 10, concurrency: 5 },
  documents: [
    {
      title: 'Mattermost API reference',
      url: 'https://developers.mattermost.com/api-documentation/',
      version: '4.0.0, api/v4/source of mattermost/mattermost, read on 22 November 2026',
    },
    {
      title: 'Interactive messages (attachment buttons)',
      url: 'https://docs.mattermost.com/developers/integrate/plugins/interactive-messages',
      version: 'read on 22 November 2026',
    },
  ],
};
