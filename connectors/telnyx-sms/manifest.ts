import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { fiveMinutesMs, verifyTelnyx } from '../kit/signatures/index.ts';

const occurred = { path: 'data.occurred_at', format: 'iso' } as const;

export const connector = smsConnector({
  name: 'telnyx-sms',
  title: 'SMS and MMS (Telnyx)',
  config: smsConfig('https://api.telnyx.com', {
    messaging_profile_id: z
      .guid()
      .optional()
      .describe('Messaging profile: needed where the sender is a name'),
  }).required({ sender: true }),
  credentials: secrets({
    api_key: 'API key (v2)',
    public_key: 'Public key that signs call-backs (Keys & Credentials)',
  }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: (request, { credentials: { public_key: publicKey } }, nowMs) =>
    verifyTelnyx(request, publicKey, { nowMs, toleranceMs: fiveMinutesMs }),
  media: { image: { maxBytes: 1_000_000, types: ['image/jpeg', 'image/png', 'image/gif'] } },
  receivesMedia: true,
  dialect: {
    send: {
      path: '/v2/messages',
      auth: { type: 'bearer', token: '{secret.api_key}' },
      body: {
        type: 'json',
        value: {
          from: '{from}',
          to: '{to}',
          text: '{text}',
          media_urls: ['{media_url}'],
          messaging_profile_id: '{config.messaging_profile_id}',
          webhook_url: '{hook}',
          use_profile_webhooks: false,
        },
      },
      answer: { ids: ['data.id'], codes: ['errors.0.code'] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'receipt',
          when: [{ path: 'data.event_type', in: ['message.sent', 'message.finalized'] }],
          ids: ['data.payload.id'],
          state: 'data.payload.to.0.status',
          states:
            codesMeaning(`sent: sent delivery_unconfirmed | delivered: delivered | undelivered: sending_failed
            delivery_failed | expired: expired`),
          codes: ['data.payload.errors.0.code'],
          at: occurred,
        },
        {
          type: 'message',
          when: [{ path: 'data.event_type', in: ['message.received'] }],
          id: ['data.payload.id'],
          from: 'data.payload.from.phone_number',
          text: 'data.payload.text',
          media: { url: 'data.payload.media.{n}.url', type: 'data.payload.media.{n}.content_type' },
          at: occurred,
        },
      ],
    },
    probe: { path: '/v2/balance', detail: 'data.currency' },
    codes: codesMeaning({
      account_unauthorized: '10009 10010',
      throttled: '10011 40011',
      platform_unavailable: '10007 10008 40006',
      address_invalid: '10002 10016 40012',
      unreachable: '40001 40008',
      expired: '40005 40014',
      spam_suspected: '40002 40003 40015',
      content_refused: '40009',
    }),
  },
  documents: documentsAt('https://developers.telnyx.com', [
    ['Send a message', 'api-reference/messages/send-a-message', 'v2, read 2026-11-22'],
    ['Receiving webhooks', 'docs/messaging/messages/receiving-webhooks', 'read 2026-11-22'],
    ['Messaging error codes', 'docs/messaging/messages/error-codes', 'read 2026-11-22'],
  ]),
});
