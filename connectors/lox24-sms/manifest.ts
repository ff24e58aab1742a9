import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'lox24-sms',
  title: 'SMS (LOX24)',
  config: smsConfig('https://api.lox24.eu', {}).required({ sender: true }),
  credentials: secrets({
    api_token: 'API token: the client number, a colon and the key',
    hook_token: hookToken.field,
  }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/sms',
      auth: { type: 'header', name: 'X-LOX24-AUTH-TOKEN', value: '{secret.api_token}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          sender_id: '{from}',
          phone: '{to}',
          text: '{text}',
          service_code: 'direct',
          is_unicode: '{encoding}',
          callback_data: '{id}',
        },
      },
      encoding: { gsm7: false, ucs2: true },
      answer: { ids: ['uuid'] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'message',
          when: [{ path: 'name', in: ['sms.incoming'] }],
          id: ['data.id'],
          from: 'data.from',
          text: 'data.text',
          at: { path: 'data.received_at', format: 'seconds' },
        },
        {
          type: 'receipt',
          when: [{ path: 'name', in: ['sms.delivery'] }],
          ids: ['data.id'],
          state: 'data.dlr_code',
          states: codesMeaning(`ignored: 0 2 | sent: 4 | delivered: 1 | expired: 8 | platform_refused: 16`),
          codes: ['data.status_code'],
          at: { path: 'created_at', format: 'seconds' },
        },
      ],
    },
    probe: { path: '/me', detail: 'id' },
    codes: codesMeaning({
      no_route: '208 5000',
      platform_unavailable: '400 2000',
      balance_exhausted: '3000',
      cancelled: '410 6000',
    }),
    statuses: { '403': 'account_suspended' },
  },
  documents: documentsAt('https://doc.lox24.eu', [
    ['Send the SMS', 'api/operations/api_sms_post_collection/', 'read 2026-11-22'],
    ['Incoming SMS', 'api/webhooks/smsincomingwebhook/', '2022-05-25, read 2026-11-22'],
    ['SMS Delivery Report', 'api/webhooks/webhookssms-delivery-webhook/', '2022-05-25, read 2026-11-22'],
    ['SMS delivery report codes', 'info/sms-delivery-report-codes-dlr/', 'read 2026-11-22'],
    ['SMS status codes', 'info/sms-status-codes/', 'read 2026-11-22'],
    ["User's profile information", 'api/operations/getaccountinfo/', 'read 2026-11-22'],
  ]),
});
