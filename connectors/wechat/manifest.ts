import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';
import { baseUrlOr } from '../kit/base-url.ts';

const config = z.strictObject({
  app_id: z
    .string()
    .regex(/^wx[0-9a-f]{16}$/)
    .describe('AppID of the official account'),
  templates: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(128),
        keys: z.array(z.string().regex(/^\w{1,32}$/)).max(32),
        subscription: z.boolean().default(false),
      }),
    )
    .max(50)
    .default([])
    .describe(
      'Templates by id, with the keys of their fields in the order of the parameters; `subscription`: a subscription notice, not a template message',
    ),
  kf_account: z
    .string()
    .max(128)
    .optional()
    .describe('Customer service account that the messages come from: name@account'),
  base_url: baseUrlOr('https://api.weixin.qq.com', 'Address of the interface'),
});
const credentials = z.strictObject({
  app_secret: z.string().min(1).max(256).describe('AppSecret; gets the access tokens'),
  token: z
    .string()
    .regex(/^[A-Za-z0-9]{3,32}$/)
    .describe('Token of the server configuration; signs every call-back'),
  encoding_aes_key: z
    .string()
    .regex(/^[A-Za-z0-9]{43}$/)
    .optional()
    .describe(
      'EncodingAESKey, 43 characters: for compatible and secure mode. Set, nothing that is not encrypted is taken',
    ),
});

export type WechatConfig = z.infer<typeof config>;
export type WechatCredentials = z.infer<typeof credentials>;
export type WechatAccount = Account<WechatConfig, WechatCredentials>;

const megabytes = (count: number) => count * 1_000_000;

/** No figures are documented for messages of an official account; these are those of WeChat's customer service (kf/send_msg). */
export const limits = {
  text: { max: 2048, unit: 'utf8_bytes' as const },
  menuBody: { max: 1024, unit: 'utf8_bytes' as const },
  menuItem: { max: 128, unit: 'utf8_bytes' as const },
  menuId: { max: 64, unit: 'utf8_bytes' as const },
  linkTitle: { max: 128, unit: 'utf8_bytes' as const },
  linkText: { max: 512, unit: 'utf8_bytes' as const },
} as const;

const docs = 'https://developers.weixin.qq.com/doc';

export const manifest: Manifest<WechatConfig, WechatCredentials, undefined> = {
  name: 'wechat',
  channel: 'wechat',
  title: 'WeChat (official account)',
  schemes: ['wechat'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      template: 'native',
      typing: 'native',
      native: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native', location: 'native', native: 'native' }, 'dropped'),
    text: limits.text,
    media: {
      // one document says 10 MB, then 2 MB: the lower figure is safe, and more goes as a link
      image: { maxBytes: megabytes(2), types: ['image/jpeg', 'image/png', 'image/gif'], caption: false },
      audio: { maxBytes: megabytes(2), types: ['audio/amr', 'audio/mpeg', 'audio/mp3'], caption: false },
      video: { maxBytes: megabytes(10), types: ['video/mp4'], caption: false },
    },
    buttons: { max: 10, label: limits.menuItem, payload: limits.menuId, body: limits.menuBody },
    card: {
      title: limits.linkTitle,
      subtitle: limits.linkText,
      actions: 1,
      label: limits.menuItem,
      actionTypes: ['url'],
    },
    // template messages and subscription notices alone
    receipts: ['delivered', 'failed'],
    windowHours: 48,
  },
  config,
  credentials,
  // no rate is documented for one account's messages, only quotas of a day; 10 a second is ours
  rate: { perSecond: 10, concurrency: 5 },
  documents: [
    {
      title: 'Send customer service messages; Customer service typing state',
      url: `${docs}/service/api/customer/message/api_sendcustommessage`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Receive standard messages; Receive event pushes (with the signature and its set-up)',
      url: `${docs}/service/Account_Management/Wechat_Accreditation_Event_Push.html`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Message encryption and decryption',
      url: `${docs}/oplatform/developers/dev/push/encryption.md`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Get a stable access token',
      url: `${docs}/service/api/base/api_getstableaccesstoken`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Upload temporary media; Get temporary media',
      url: `${docs}/service/api/material/temporary/api_uploadtempmedia`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Send template messages, with the event at their end',
      url: `${docs}/service/api/notify/template/api_sendtemplatemessage`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Events of subscription notices',
      url: `${docs}/service/guide/product/subscription_messages/push.html`,
      version: 'read 2026-11-22',
    },
    {
      title: 'Global return codes',
      url: `${docs}/offiaccount/Getting_Started/Global_Return_Code.html`,
      version: 'read 2026-11-22',
    },
  ],
};
