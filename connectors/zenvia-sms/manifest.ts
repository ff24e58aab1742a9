import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifyHeaderSecret } from '../kit/signatures/index.ts';

const sms = { path: 'channel', in: ['sms'] };

export const connector = smsConnector({
  name: 'zenvia-sms',
  title: 'SMS (Zenvia)',
  config: smsConfig('https://api.zenvia.com', {
    sender_id: z.string().min(1).max(64).describe('Identifier of the sender, as the console shows it'),
  }),
  credentials: secrets({
    api_token: 'API token (X-API-TOKEN)',
    hook_secret: z
      .string()
      .min(16)
      .max(1024)
      .describe('Value of the header X-Hook-Secret that the subscriptions send'),
  }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: (request, { credentials: { hook_secret: secret } }) =>
    verifyHeaderSecret(request, 'x-hook-secret', secret),
  receipts: ['sent', 'delivered', 'read', 'failed'],
  dialect: {
    send: {
      path: '/v2/channels/sms/messages',
      auth: { type: 'header', name: 'X-API-TOKEN', value: '{secret.api_token}' },
      body: {
        type: 'json',
        value: {
          from: '{config.sender_id}',
          to: '{to.digits}',
          contents: [{ type: 'text', text: '{text}' }],
        },
      },
      answer: { ids: ['id'], codes: ['code'] },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        { type: 'ignored', when: [{ path: 'message.direction', in: ['OUT'] }], reason: 'own echo' },
        {
          type: 'receipt',
          when: [{ path: 'type', in: ['MESSAGE_STATUS'] }, sms],
          ids: ['messageId'],
          state: 'messageStatus.code',
          states: codesMeaning(`sent: SENT | delivered: DELIVERED | read: READ | undelivered: NOT_DELIVERED |
            platform_refused: REJECTED`),
          codes: ['messageStatus.causes.0.channelErrorCode'],
          at: { path: 'messageStatus.timestamp', format: 'iso' },
        },
        {
          type: 'message',
          when: [{ path: 'type', in: ['MESSAGE'] }, sms],
          id: ['message.id'],
          from: 'message.from',
          text: 'message.contents.0.text',
          at: { path: 'timestamp', format: 'iso' },
        },
      ],
    },
    codes: { AUTHENTICATION_ERROR: 'account_unauthorized', INTERNAL_ERROR: 'platform_unavailable' },
    // lists the subscriptions: of ours, two
    probe: { path: '/v2/subscriptions' },
  },
  documents: documentsAt('https://zenvia.github.io/zenvia-openapi-spec/v2', [
    ['Zenvia API: SMS, subscriptions, events, error handling', '', 'v2, read 2026-11-22'],
  ]),
});
