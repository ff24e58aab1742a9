import { z } from 'zod';
import { kinds } from '../../protocol/capabilities.ts';
import type { Account, Manifest } from '../contract/index.ts';

const origin = z.url({ protocol: /^https?$/ }).max(512);

const config = z.strictObject({
  agent_id: z
    .string()
    .regex(/^[\w-]{1,128}(@rbm\.goog)?$/, 'expected the id of an agent')
    .describe('Id of the RCS for Business agent'),
  service_account: z
    .string()
    .regex(/^[^\s@]{1,128}@[^\s@]{1,128}$/, 'expected the address of a service account')
    .describe('Address of the service account made in the developer console (client_email of its key)'),
  region: z
    .enum(['us', 'europe', 'asia'])
    .optional()
    .describe('Entry point to the platform; left out: the global one'),
  traffic_type: z
    .enum(['AUTHENTICATION', 'TRANSACTION', 'PROMOTION', 'SERVICEREQUEST'])
    .optional()
    .describe(
      'What messages are for unless they are promotional; agents for several uses need it, others have their own',
    ),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe('ISO 3166 country in which national numbers are read, for example FR'),
  base_url: origin.optional().describe('Another address of the interface; left out: by region'),
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
  client_token: z.string().min(1).max(512).describe('clientToken of the webhook, from the developer console'),
});

export type RcsConfig = z.infer<typeof config>;
export type RcsCredentials = z.infer<typeof credentials>;
export type RcsAccount = Account<RcsConfig, RcsCredentials>;

/** "Characters" are not explained: UTF-16 units are never fewer than what may be meant. */
const characters = (max: number) => ({ max, unit: 'utf16' as const });
/** 100 MiB, all files of a message together: no file is more. */
const maxBytes = 100 << 20;

export const limits = {
  text: characters(3072),
  label: characters(25),
  title: characters(200),
  description: characters(2000),
  calendarTitle: 100,
  calendarDescription: 500,
} as const;

export const manifest: Manifest<RcsConfig, RcsCredentials, undefined> = {
  name: 'rcs',
  channel: 'rcs',
  title: 'RCS for Business',
  schemes: ['tel'],
  capabilities: {
    outbound: kinds({
      text: 'native',
      media: 'native',
      location: 'native',
      choice: 'native',
      card: 'native',
      carousel: 'native',
      appointment: 'native',
      typing: 'native',
      read: 'native',
      native: 'native',
    }),
    inbound: kinds(
      { text: 'native', media: 'native', location: 'native', typing: 'native', native: 'native' },
      'dropped',
    ),
    text: limits.text,
    media: {
      image: { maxBytes, types: ['image/jpeg', 'image/png', 'image/gif'] },
      audio: {
        maxBytes,
        types: [
          'audio/aac',
          'audio/mp3',
          'audio/mpeg',
          'audio/mpg',
          'audio/mp4',
          'audio/mp4-latm',
          'audio/3gpp',
          'application/ogg',
          'audio/ogg',
        ],
      },
      video: {
        maxBytes,
        types: ['video/h263', 'video/m4v', 'video/mp4', 'video/mpeg4', 'video/mpeg', 'video/webm'],
      },
      file: { maxBytes, types: ['application/pdf'] },
    },
    buttons: { max: 11, label: limits.label, payload: characters(2048), body: limits.text },
    card: {
      title: limits.title,
      subtitle: limits.description,
      actions: 4,
      label: limits.label,
      actionTypes: ['reply', 'url', 'call'],
    },
    carousel: { min: 2, max: 10 },
    receipts: ['sent', 'delivered', 'read', 'failed'],
  },
  config,
  credentials,
  idempotentSends: true,
  // Google names no figure for single messages: an answer 429 slows down
  rate: { perSecond: 20, concurrency: 10 },
  documents: [
    {
      title: 'Send messages; Revoke messages; Receive messages; Capability checks (RCS for Business guides)',
      url: 'https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/send',
      version: 'of 2026-04-05, read 2026-11-22',
    },
    {
      title: 'Receive events; UserEvent.EventType; ServerEvent',
      url: 'https://developers.google.com/business-communications/rcs-business-messaging/guides/build/events/receive-events',
      version: 'of 2025-08-01, read 2026-11-22',
    },
    {
      title: 'Webhooks (RCS for Business guides)',
      url: 'https://developers.google.com/business-communications/rcs-business-messaging/guides/integrate/webhooks',
      version: 'read 2026-11-22',
    },
    {
      title: 'RCS Business Messaging API v1: phones.agentMessages, phones.agentEvents, phones, files',
      url: 'https://developers.google.com/business-communications/rcs-business-messaging/reference/rest',
      version: 'v1, read 2026-11-22',
    },
  ],
};
