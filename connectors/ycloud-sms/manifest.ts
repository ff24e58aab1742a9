import { z } from 'zod';
import { fiveMinutesMs, verifyYCloud } from '../kit/signatures/index.ts';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'ycloud-sms',
  title: 'SMS (YCloud)',
  config: smsConfig('https://api.ycloud.com', {
    signature: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .describe('Approved signature, for mainland China only: YCloud writes it before the text'),
  }),
  credentials: secrets({
    api_key: 'API key (Developers, API keys)',
    webhook_secret: 'Secret of the webhook endpoint: signs what YCloud calls with',
  }),
  rate: { perSecond: 200, concurrency: 20 },
  verify: (request, { credentials: { webhook_secret: secret } }, nowMs) =>
    verifyYCloud(request, secret, { nowMs, toleranceMs: fiveMinutesMs }),
  dialect: {
    send: {
      path: '/v2/sms',
      auth: { type: 'header', name: 'X-API-Key', value: '{secret.api_key}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          to: '{to}',
          text: '{text}',
          senderId: '{from}',
          signature: '{config.signature}',
          externalId: '{id}',
        },
      },
      answer: { ids: ['id'], codes: ['error.code'] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'message',
          when: [{ path: 'type', in: ['sms.inbound.received'] }],
          id: ['smsInbound.id'],
          from: 'smsInbound.from',
          text: 'smsInbound.text',
          at: { path: 'smsInbound.sendTime', format: 'iso' },
        },
        {
          type: 'receipt',
          when: [{ path: 'type', in: ['sms.message.updated'] }],
          ids: ['sms.id'],
          state: 'sms.status',
          states: codesMeaning(
            'ignored: accepted | sent: sent | delivered: delivered | undelivered: undelivered failed',
          ),
          at: { path: 'createTime', format: 'iso' },
        },
      ],
    },
    probe: { path: '/v2/balance' },
    codes: codesMeaning({
      account_unauthorized:
        'UNAUTHORIZED FORBIDDEN ACCOUNT_LIMITED SENDER_ID_UNAVAILABLE SMS_SIGNATURE_UNAVAILABLE',
      account_suspended: 'ACCOUNT_UNAVAILABLE',
      balance_exhausted: 'BALANCE_INSUFFICIENT',
      throttled: 'TOO_MANY_REQUESTS ACCOUNT_RATE_LIMITED SENDER_RATE_LIMITED',
      platform_unavailable: 'INTERNAL_SERVER_ERROR SERVICE_UNAVAILABLE',
      content_refused: 'CONTENT_PROHIBITED',
      content_too_large: 'CONTENT_TOO_LARGE',
      blocked: 'RECIPIENT_IN_BLOCK_LIST',
      opted_out: 'RECIPIENT_UNSUBSCRIBED',
      no_route: 'MESSAGING_REGION_UNSUPPORTED',
    }),
  },
  documents: documentsAt('https://docs.ycloud.com', [
    ['Send an SMS', 'api-reference/sms/send-an-sms', 'v2, read 2026-11-22'],
    ['sms.inbound.received', 'en/api-reference/webhook-reference/sms-inbound-received', 'read 2026-11-22'],
    ['sms.message.updated', 'en/api-reference/webhook-reference/sms-message-updated', 'read 2026-11-22'],
    ['Configure webhooks', 'en/api-reference/guides/api-fundamentals/configure-webhooks', 'read 2026-11-22'],
    ['Handle errors', 'en/api-reference/guides/api-fundamentals/handle-errors', 'read 2026-11-22'],
    ['Rate limits', 'en/api-reference/guides/api-fundamentals/rate-limits', 'read 2026-11-22'],
    ['Retrieve balance', 'api-reference/balance/retrieve-balance', 'v2, read 2026-11-22'],
  ]),
});
