import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifyGatewayApi } from './signature.ts';

export const connector = smsConnector({
  name: 'gatewayapi-sms',
  title: 'SMS (GatewayAPI)',
  config: smsConfig('https://gatewayapi.com', {}).required({ sender: true }),
  credentials: secrets({
    api_token: 'API token (API Keys)',
    hook_secret: z.string().min(16).max(1024).describe('Authentication token of the webhook'),
  }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: (request, { credentials: { hook_secret: secret } }) => verifyGatewayApi(request, secret),
  dialect: {
    send: {
      path: '/rest/mtsms',
      auth: { type: 'basic', user: '{secret.api_token}', password: '' },
      body: {
        type: 'json',
        value: {
          sender: '{from.digits}',
          message: '{text}',
          encoding: '{encoding}',
          recipients: [{ msisdn: '{to.digits}' }],
          userref: '{id}',
          validity_period: '{valid_for_seconds}',
        },
      },
      encoding: { gsm7: 'UTF8', ucs2: 'UCS2' },
      answer: { ids: ['ids.*'], codes: ['code'] },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        {
          type: 'message',
          when: ['message'],
          id: ['id'],
          from: 'msisdn',
          text: 'message',
          at: { path: 'senttime', format: 'seconds' },
        },
        {
          type: 'receipt',
          when: ['id', 'status'],
          ids: ['id'],
          state: 'status',
          states: codesMeaning(
            `sent: ENROUTE ACCEPTED | delivered: DELIVERED | expired: EXPIRED | cancelled: DELETED | undelivered: UNDELIVERABLE SKIPPED | platform_refused: REJECTED`,
          ),
          codes: ['code'],
          at: { path: 'time', format: 'seconds' },
        },
      ],
    },
    probe: { path: '/rest/me', detail: 'currency' },
    codes: codesMeaning({
      account_unauthorized: '0x0210 0x0211 0x0212 0x0213 0x0223 0x0224',
      balance_exhausted: '0x0216',
      blocked: '0x0214 0x0215 0x1034 0x103C 0x1093',
      address_invalid: '0x1010 0x1060 0x1061 0x1062',
      unreachable: '0x1011 0x1012 0x1013 0x1014 0x1019 0x1020 0x1021 0x1022 0x1025 0x1026 0x102C',
      content_refused: '0x1035',
      content_too_large: '0x1085',
    }),
  },
  documents: documentsAt('https://gatewayapi.com/docs', [
    ['REST API', 'apis/rest/', 'read 2026-11-22'],
    ['Error code index', 'errors/', 'read 2026-11-22'],
  ]),
});
