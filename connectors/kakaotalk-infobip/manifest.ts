import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrl } from '../kit/base-url.ts';
import { documentsAt, hookToken, secrets } from '../kit/sms/index.ts';

const channel = z.string().regex(/^[\x21-\x7e]{1,100}$/);
const config = z.strictObject({
  base_url: baseUrl('Address of the account: https://….api.infobip.com'),
  sender: channel.describe(
    'KakaoTalk channel as Infobip calls it as a sender of Sangdam (consultation) Talk',
  ),
  alim_sender: channel.optional().describe('Sender of Alim Talk templates, where it is another'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('KR')
    .describe('ISO 3166 country in which national numbers are read'),
});
const credentials = secrets({
  api_key: 'API key with the scope kakao:manage, or with kakao:message:send and kakao:logs:read',
  hook_token: hookToken.field,
});

export type KakaoConfig = z.infer<typeof config>;
export type KakaoCredentials = z.infer<typeof credentials>;
export type KakaoAccount = Account<KakaoConfig, KakaoCredentials>;

/** The document counts "characters"; a text within so many UTF-16 units is within them however they are counted. */
const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
export const limits = { text: utf16(1000), label: utf16(28), buttons: 5, title: utf16(50) } as const;

export const manifest: Manifest<KakaoConfig, KakaoCredentials, undefined> = {
  name: 'kakaotalk-infobip',
  channel: 'kakaotalk',
  title: 'KakaoTalk (Infobip)',
  schemes: ['kakaotalk', 'tel'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      template: 'native',
      native: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native', native: 'native' }, 'dropped'),
    text: limits.text,
    media: {
      image: { maxBytes: 5_000_000, types: ['image/jpeg', 'image/png', 'image/gif'], caption: false },
    },
    buttons: { max: limits.buttons, label: limits.label, payload: utf16(100), body: limits.text },
    card: {
      title: utf16(200),
      subtitle: utf16(799),
      actions: limits.buttons,
      label: limits.label,
      actionTypes: ['reply', 'url'],
    },
    receipts: ['sent', 'delivered', 'failed'],
  },
  config,
  credentials,
  // no figure is documented for sending; 20 a second is ours
  rate: { perSecond: 20, concurrency: 10 },
  documents: documentsAt('https://www.infobip.com/docs', [
    ['Kakao API: Sangdam, Alim, call-backs (OpenAPI)', 'api/channels/kakao', '3.210.0, 2026-07-23'],
    ['KakaoTalk message types: Sangdam Talk, Alim Talk', 'kakaotalk/message-types/sangdam-talk', '2026-07'],
    ['Message status codes', 'developer-resources/api-fundamentals/message-status-codes', '2026-07'],
    ['Error code reference', 'developer-resources/api-fundamentals/error-code-reference', '2026-07'],
  ]),
};
