import { z } from 'zod';
import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'bulksms-sms',
  title: 'SMS (BulkSMS)',
  config: smsConfig('https://api.bulksms.com', {
    token_id: z.string().min(1).max(128).describe('Token ID of the API token (not secret)'),
  }),
  credentials: secrets({ token_secret: 'Token secret of the API token', hook_token: hookToken.field }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/v1/messages',
      auth: { type: 'basic', user: '{config.token_id}', password: '{secret.token_secret}' },
      body: {
        type: 'json',
        value: {
          from: '{from}',
          to: '{to}',
          body: '{text}',
          encoding: '{encoding}',
          longMessageMaxParts: 10,
        },
      },
      encoding: { gsm7: 'TEXT', ucs2: 'UNICODE' },
      answer: {
        ids: ['*.id'],
        ok: { path: '*.status.type', in: ['ACCEPTED', 'SCHEDULED', 'SENT', 'DELIVERED', 'UNKNOWN'] },
        codes: ['*.status.id', { path: 'type', after: '#' }],
      },
    },
    receive: {
      format: 'json',
      // a webhook is tried with an empty list
      each: '*',
      international: true,
      events: [
        {
          type: 'message',
          when: [{ path: 'type', in: ['RECEIVED'] }],
          id: ['id'],
          from: 'from',
          text: 'body',
          at: { path: 'submission.date', format: 'iso' },
        },
        {
          type: 'receipt',
          when: [{ path: 'type', in: ['SENT'] }],
          ids: ['id'],
          state: 'status.type',
          states: codesMeaning(`sent: SENT | delivered: DELIVERED | undelivered: FAILED`),
          codes: ['status.id'],
        },
      ],
    },
    probe: { path: '/v1/profile', detail: 'username' },
    codes: { 'FAILED.EXPIRED': 'expired', 'FAILED.BLOCKED': 'opted_out' },
    statuses: { '403': 'balance_exhausted' },
  },
  documents: documentsAt('https://www.bulksms.com/developer', [
    ['BulkSMS JSON REST API', 'json/v1/', '1.0.0, read 2026-11-22'],
    ['Webhooks', 'webhooks/', 'read 2026-11-22'],
  ]),
});
