import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'smscx-sms',
  title: 'SMS (SMS Connexion, sms.cx)',
  config: smsConfig('https://api.sms.cx', {}).required({ sender: true }),
  credentials: secrets({
    api_key: 'API key (HTTP API, API keys)',
    hook_token: hookToken.field,
  }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  idempotentSends: true,
  dialect: {
    send: {
      path: '/sms',
      auth: { type: 'header', name: 'X-API-KEY', value: '{secret.api_key}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          to: '{to}',
          from: '{from}',
          text: '{text}',
          dlrCallbackUrl: hookToken.url,
          idempotencyId: '{id.uuid}',
          trackData: '{id.uuid}',
          noTextDetails: true,
        },
      },
      answer: {
        ids: ['data.0.msgId'],
        ok: { path: 'data.0.status', in: ['ACCEPTED', 'SCHEDULED'] },
        codes: ['error.code', 'data.0.status', 'error.type'],
      },
    },
    receive: {
      format: 'json',
      each: 'data.*',
      events: [
        {
          type: 'message',
          when: ['msgId', 'from', 'text', 'receivedAt'],
          id: ['msgId'],
          from: 'from',
          text: 'text',
          at: { path: 'receivedAt', format: 'iso' },
        },
        {
          type: 'receipt',
          when: ['msgId', 'status', 'statusCode'],
          ids: ['msgId'],
          state: 'status',
          states: codesMeaning('delivered: DELIVERED | undelivered: FAILED | opted_out: REJECTED'),
          codes: ['errorCode'],
          at: { path: 'datetime', format: 'iso' },
        },
      ],
    },
    probe: { path: '/account/balance' },
    codes: {
      ...codesMeaning({
        account_unauthorized: 'invalid_api_key invalid_client insufficient_scope access_denied',
        balance_exhausted: '1113 1114 insufficient_credit',
        address_invalid: '1207 1210',
        no_route: '1119 no_coverage',
        opted_out: 'REJECTED',
        throttled: 'rate_limit',
      }),
      'NO COVERAGE': 'no_route',
    },
  },
  documents: documentsAt('https://github.com/smscx/smscx-api-python-library/blob/main', [
    ['SmsApi', 'docs/api/SmsApi.md', 'API 1.0.2, read 2026-11-22'],
    ['SendSmsMessageRequest', 'docs/model/SendSmsMessageRequest.md', 'API 1.0.2, read 2026-11-22'],
    ['CallBackRequestDlrUpdate', 'docs/model/CallBackRequestDlrUpdate.md', 'API 1.0.2, read 2026-11-22'],
    ['CallBackRequestReceiveSms', 'docs/model/CallBackRequestReceiveSms.md', 'API 1.0.2, read 2026-11-22'],
    ['AccountApi', 'docs/api/AccountApi.md', 'API 1.0.2, read 2026-11-22'],
  ]),
});
