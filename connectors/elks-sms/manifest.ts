import { z } from 'zod';
import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'elks-sms',
  title: 'SMS (46elks)',
  config: smsConfig('https://api.46elks.com', {
    username: z.string().min(1).max(64).describe('API username (not secret)'),
  }).required({ sender: true }),
  credentials: secrets({ password: 'API password', hook_token: hookToken.field }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/a1/sms',
      auth: { type: 'basic', user: '{config.username}', password: '{secret.password}' },
      body: {
        type: 'form',
        fields: { from: '{from}', to: '{to}', message: '{text}', whendelivered: hookToken.url },
      },
      answer: { ids: ['id'] },
    },
    receive: {
      format: 'form',
      events: [
        {
          type: 'message',
          when: [{ path: 'direction', in: ['incoming'] }],
          id: ['id'],
          from: 'from',
          text: 'message',
          at: { path: 'created', format: 'iso' },
        },
        {
          type: 'receipt',
          when: ['id', 'status'],
          ids: ['id'],
          state: 'status',
          states: codesMeaning(`sent: sent | delivered: delivered | undelivered: failed`),
          at: { path: 'delivered', format: 'iso' },
        },
      ],
      // what is answered would go back to the sender as an SMS
      answer: { type: 'text/plain' },
    },
    probe: { path: '/a1/me', detail: 'displayname' },
  },
  documents: documentsAt('https://46elks.com/docs', [
    ['API overview', 'overview', 'a1, read 2026-11-22'],
    ['Send an SMS', 'send-sms', 'a1, read 2026-11-22'],
    ['Receive an SMS', 'receive-sms', 'a1, read 2026-11-22'],
    ['SMS Delivery Reports', 'sms-delivery-reports', 'a1, read 2026-11-22'],
  ]),
});
