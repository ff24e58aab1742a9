import { z } from 'zod';
import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const message = {
  type: 'message' as const,
  id: ['id'],
  from: 'from',
  at: { path: 'time', format: 'seconds' as const },
};

export const connector = smsConnector({
  name: 'kannel-sms',
  title: 'SMS (Kannel gateway)',
  config: smsConfig(undefined, {
    username: z.string().min(1).max(64).describe('username of the sendsms-user'),
    smsc: z.string().min(1).max(64).optional().describe('smsc-id by which Kannel chooses the route'),
  }).required({ sender: true }),
  credentials: secrets({ password: 'password of the sendsms-user', hook_token: hookToken.field }),
  rate: { perSecond: 20, concurrency: 5 },
  verify: hookToken.verify,
  dialect: {
    send: {
      method: 'GET',
      path: '/cgi-bin/sendsms',
      query: {
        username: '{config.username}',
        password: '{secret.password}',
        smsc: '{config.smsc}',
        from: '{from.digits}',
        to: '{to}',
        text: '{text}',
        charset: 'UTF-8',
        coding: '{encoding}',
        validity: '{valid_for_minutes}',
        // delivered or not: to the telephone (1, 2), to the message centre (8, 16)
        'dlr-mask': '27',
        'dlr-url': `${hookToken.url}&id={id}&report=%d`,
      },
      encoding: { gsm7: 0, ucs2: 2 },
      // accepted, or queued for later
      answer: { format: 'text', ids: 'own', ok: { path: 'key', in: [0, 3] } },
    },
    receive: {
      format: 'query',
      events: [
        {
          type: 'receipt',
          when: ['report'],
          ids: ['id'],
          state: 'report',
          states: codesMeaning('delivered: 1 | undelivered: 2 | sent: 8 | platform_refused: 16'),
        },
        { ...message, when: [{ path: 'coding', in: [2] }], text: 'hex', text_as: 'utf16_hex' },
        { ...message, when: [{ path: 'coding', in: [0] }], text: 'text' },
        { type: 'ignored', when: [{ path: 'coding', in: [1] }], reason: 'binary' },
      ],
      // what is answered would go back to the sender as an SMS
      answer: { type: 'text/plain' },
    },
    statuses: { '403': 'account_unauthorized' },
  },
  documents: documentsAt('https://www.kannel.org/download', [
    ["Kannel User's Guide", 'kannel-userguide-snapshot/userguide.html', '1.5.0, read 2026-11-22'],
  ]),
});
