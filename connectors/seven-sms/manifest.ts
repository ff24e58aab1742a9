import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifySeven } from './signature.ts';

export const connector = smsConnector({
  name: 'seven-sms',
  title: 'SMS (seven)',
  config: smsConfig('https://gateway.seven.io', {}),
  credentials: secrets({
    api_key: 'API key',
    signing_key: 'Signing key of the account: signs every webhook',
  }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: (request, { credentials: { signing_key: key } }, nowMs) => verifySeven(request, key, nowMs),
  dialect: {
    send: {
      path: '/api/sms',
      auth: { type: 'header', name: 'X-Api-Key', value: '{secret.api_key}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          from: '{from}',
          to: '{to}',
          text: '{text}',
          ttl: '{valid_for_minutes}',
        },
      },
      answer: {
        ids: ['messages.*.id'],
        ok: { path: 'success', in: ['100'] },
        codes: ['messages.0.error', 'success'],
      },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        {
          type: 'message',
          when: [{ path: 'webhook_event', in: ['sms_mo'] }],
          id: ['data.id'],
          from: 'data.sender',
          text: 'data.text',
          at: { path: 'data.time', format: 'seconds' },
        },
        {
          type: 'receipt',
          when: [{ path: 'webhook_event', in: ['dlr'] }],
          ids: ['data.msg_id'],
          state: 'data.status',
          states: codesMeaning(
            `sent: ACCEPTED TRANSMITTED BUFFERED | delivered: DELIVERED | undelivered: NOTDELIVERED FAILED | expired: EXPIRED | platform_refused: REJECTED`,
          ),
          // the time of the state itself has no zone
          at: { path: 'webhook_timestamp', format: 'iso' },
        },
      ],
    },
    probe: { path: '/api/balance', detail: 'currency' },
    codes: codesMeaning({
      account_unauthorized: '300 900 902 903',
      address_invalid: '201 202 301',
      content_too_large: '401',
      balance_exhausted: '500',
    }),
  },
  documents: documentsAt('https://docs.seven.io/en/rest-api', [
    ['SMS', 'endpoints/sms', 'read 2026-11-22'],
    ['Status reports', 'endpoints/status-reports', 'read 2026-11-22'],
    ['Webhooks', 'webhooks', 'read 2026-11-22'],
    ['Signing of requests', 'signing', 'read 2026-11-22'],
  ]),
});
