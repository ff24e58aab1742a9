import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifyPlivo } from './signature.ts';

const message = { type: 'message' as const, id: ['MessageUUID'], from: 'From' };

export const connector = smsConnector({
  name: 'plivo-sms',
  title: 'SMS (Plivo)',
  config: smsConfig('https://api.plivo.com', {
    auth_id: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/)
      .describe('Auth ID of the account (not secret)'),
  }).required({ sender: true }),
  credentials: secrets({ auth_token: 'Auth token: allows to send, and signs every call-back' }),
  rate: { perSecond: 5, concurrency: 5 },
  verify: (request, { credentials: { auth_token: token } }) => verifyPlivo(request, token),
  receivesMedia: true,
  dialect: {
    send: {
      path: '/v1/Account/{config.auth_id}/Message/',
      auth: { type: 'basic', user: '{config.auth_id}', password: '{secret.auth_token}' },
      body: {
        type: 'json',
        value: { src: '{from}', dst: '{to}', text: '{text}', type: 'sms', url: '{hook}', method: 'POST' },
      },
      answer: { ids: ['message_uuid.*'] },
    },
    receive: {
      format: 'form',
      international: true,
      events: [
        {
          type: 'receipt',
          when: ['MessageUUID', 'Status'],
          ids: ['MessageUUID'],
          state: 'Status',
          states: codesMeaning(
            `sent: sent | delivered: delivered | undelivered: undelivered | platform_refused: failed`,
          ),
          codes: ['ErrorCode'],
          at: { path: 'DeliveryReportTime', format: 'iso' },
        },
        { ...message, when: [{ path: 'Type', in: ['mms'] }], text: 'Body', media: { url: 'Media{n}' } },
        { ...message, when: [{ path: 'Type', in: ['sms'] }], text: 'Text' },
        { ...message, when: ['MessageUUID', { path: 'Type', absent: true }], text: 'Text' },
      ],
    },
    probe: { path: '/v1/Account/{config.auth_id}/', detail: 'name' },
    codes: codesMeaning({
      content_refused: '10',
      platform_unavailable: '20',
      spam_suspected: '30',
      address_invalid: '50',
      unreachable: '70 80 90 100',
      content_too_large: '110',
      opted_out: '200',
      balance_exhausted: '900',
    }),
  },
  documents: documentsAt('https://www.plivo.com/docs', [
    ['Messages API', 'messaging/api/messages', 'v1, read 2026-11-22'],
    ['Handling incoming messages', 'messaging/api/message/handling-incoming', 'read 2026-11-22'],
    ['Message status callbacks', 'messaging/api/message/message-status-callbacks', 'read 2026-11-22'],
    ['Signature validation', 'messaging/xml/request', 'V2, read 2026-11-22'],
    ['SMS error codes', 'messaging/troubleshooting/error-codes', 'read 2026-11-22'],
  ]),
});
