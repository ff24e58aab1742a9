import { z } from 'zod';
import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const at = { path: 'timestamp', format: 'seconds' } as const;

export const connector = smsConnector({
  name: 'clicksend-sms',
  title: 'SMS (ClickSend)',
  config: smsConfig('https://rest.clicksend.com', {
    username: z.string().min(1).max(128).describe('API username (not secret)'),
  }),
  credentials: secrets({ api_key: 'API key', hook_token: hookToken.field }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  maxSeptets: 1224,
  dialect: {
    send: {
      path: '/v3/sms/send',
      auth: { type: 'basic', user: '{config.username}', password: '{secret.api_key}' },
      body: {
        type: 'json',
        value: {
          messages: [
            { source: 'passerelle', from: '{from}', to: '{to}', body: '{text}', custom_string: '{id}' },
          ],
        },
      },
      answer: {
        ids: ['data.messages.*.message_id'],
        ok: { path: 'data.messages.*.status', in: ['SUCCESS'] },
        codes: ['data.messages.0.status', 'response_code'],
      },
    },
    receive: {
      format: 'form',
      events: [
        {
          type: 'message',
          when: ['from', 'body'],
          id: ['message_id'],
          from: 'from',
          text: 'body',
          at,
        },
        {
          type: 'receipt',
          when: ['message_id', 'status_code'],
          ids: ['message_id'],
          state: 'status_code',
          states: codesMeaning('sent: 200 | delivered: 201 | ignored: 300 | undelivered: 301'),
          codes: ['error_code'],
          at,
        },
      ],
    },
    probe: { path: '/v3/account', detail: 'data.username' },
    codes: codesMeaning({
      account_unauthorized: 'UNAUTHORIZED',
      balance_exhausted: 'INSUFFICIENT_CREDIT',
      address_invalid: 'INVALID_RECIPIENT',
      throttled: 'THROTTLED TOO_MANY_REQUESTS',
      platform_unavailable: 'INTERNAL_SERVER_ERROR',
    }),
  },
  documents: documentsAt('https://developers.clicksend.com/docs', [
    ['Send SMS', 'messaging/sms/other/send-sms', 'v3, read 2026-11-22'],
    ['SMS Inbound Automations', 'automations/sms', 'v3, read 2026-11-22'],
    ['SMS receipts', 'messaging/sms/other/view-sms-receipts', 'v3, read 2026-11-22'],
    ['View account', 'account/other/view-account', 'v3, read 2026-11-22'],
  ]),
});
