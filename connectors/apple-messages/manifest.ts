import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const config = z.strictObject({
  msp_id: z
    .string()
    .regex(/^[\w-]{8,64}$/, 'expected the id of a messaging service provider')
    .describe('Id of the messaging service provider (MSP ID), from Apple Business Register'),
  business_id: z
    .string()
    .regex(/^[\w-]{8,64}$/, 'expected a business id')
    .describe('Id of the Messages for Business account (Business ID), without "urn:biz:"'),
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .default('https://mspgw.push.apple.com/v1')
    .describe('Address of the interface'),
});
const credentials = z.strictObject({
  secret: z
    .base64()
    .min(16)
    .max(1024)
    .describe('Messaging API secret key of the messaging service provider, in base64 as Apple shows it'),
});

export type AppleConfig = z.infer<typeof config>;
export type AppleCredentials = z.infer<typeof credentials>;
export type AppleAccount = Account<AppleConfig, AppleCredentials>;

const utf16 = (max: number) => ({ max, unit: 'utf16' as const });
/** "Up to 100MB". */
const any = (types: string) => ({ maxBytes: 100_000_000, types: [types] });

/**
 * Strings that Apple shows have at most 200 characters, enforced since 21 August 2026. No document of Apple's names a maximum of a text:
 * 3,000 is what Infobip, another provider, takes.
 */
export const limits = { text: utf16(3000), line: utf16(200), description: utf16(200) } as const;

export const manifest: Manifest<AppleConfig, AppleCredentials, undefined> = {
  name: 'apple-messages',
  channel: 'apple-messages',
  title: 'Apple Messages for Business',
  schemes: ['apple-messages'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      choice: 'native',
      card: 'native',
      typing: 'native',
      native: 'native',
    }),
    inbound: kinds({ text: 'native', media: 'native', typing: 'native', native: 'native' }, 'dropped'),
    text: limits.text,
    media: {
      image: any('image/*'),
      audio: any('audio/*'),
      video: any('video/*'),
      file: any('*/*'),
    },
    caption: limits.text,
    buttons: { max: 5, label: limits.line, payload: utf16(256), body: limits.line },
    list: {
      max: 50,
      label: limits.line,
      payload: utf16(256),
      body: limits.line,
      button: limits.line,
      description: limits.description,
    },
    card: {
      title: limits.line,
      subtitle: utf16(1000),
      actions: 1,
      label: limits.line,
      actionTypes: ['url'],
      imageRequired: true,
    },
    receipts: ['sent'],
  },
  config,
  credentials,
  rate: { perSecond: 20, concurrency: 10 },
  documents: [
    {
      title:
        'Messages for Business MSP REST API: Integration, Common Specifications, Incoming Messages, Outgoing Messages, Interactive Message Types',
      url: 'https://register.apple.com/resources/messages/msp-rest-api/',
      version: '4.0.3 of 2024-02-01, read 2026-11-22',
    },
    {
      title: 'MSP API tutorial, sample code (text, attachments, quick reply, list picker, large payloads)',
      url: 'https://register.apple.com/resources/messages/msp-api-tutorial/integration',
      version: 'of 2025, read 2026-11-22',
    },
    {
      title:
        'Apple Messages for Business compliance updates (Webex Connect): strings and pictures since 2026-08-21',
      url: 'https://help.webexconnect.io/changelog/apple-messages-for-business-compliance-updates',
      version: 'of 2026-08, read 2026-11-22',
    },
    {
      title: 'Apple Messages for Business, message types (Infobip): text, attachments, quick replies',
      url: 'https://www.infobip.com/docs/apple-messages-for-business/message-types',
      version: 'read 2026-11-22',
    },
    {
      title: 'Business Chat API: Authorizing Messages; Authorizing an Attachment for Upload (response codes)',
      url: 'https://developer.apple.com/documentation/businesschatapi/authorizing_messages',
      version: 'read 2026-11-22',
    },
  ],
};
