import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const one = smsConnector({
  name: 'smsapi-sms',
  title: 'SMS (SMSAPI)',
  config: smsConfig('https://api.smsapi.com', {}),
  credentials: secrets({ api_token: 'OAuth token (SMS and profile)', hook_token: hookToken.field }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  maxSeptets: 918,
  dialect: {
    send: {
      path: '/sms.do',
      auth: { type: 'bearer', token: '{secret.api_token}' },
      body: {
        type: 'form',
        fields: {
          from: '{from.digits}',
          to: '{to.digits}',
          message: '{text}',
          encoding: 'utf-8',
          format: 'json',
          idx: '{id}',
          notify_url: hookToken.url,
        },
      },
      answer: { ids: ['list.*.id'], ok: { path: 'error', absent: true }, codes: ['error'] },
    },
    receive: {
      format: 'parameters',
      international: true,
      events: [
        {
          // its MsgId is that of the message that is answered
          type: 'message',
          when: ['sms_from'],
          from: 'sms_from',
          text: 'sms_text',
          at: { path: 'sms_date', format: 'seconds' },
        },
        {
          type: 'receipt',
          when: ['MsgId', 'status'],
          ids: ['MsgId'],
          state: 'status',
          states: codesMeaning(
            `expired: 402 | sent: 403 408 410 | delivered: 404 | undelivered: 405 406 | platform_refused: 407 | cancelled: 412`,
          ),
          at: { path: 'donedate', format: 'seconds' },
        },
      ],
      answer: { type: 'text/plain', body: 'OK' },
    },
    probe: { path: '/profile', detail: 'username' },
    codes: codesMeaning({
      account_unauthorized: '101 102 105 110 1000',
      balance_exhausted: '103',
      address_invalid: '13',
      content_too_large: '11 12',
      platform_unavailable: '201 666 999',
      throttled: '202',
    }),
  },
  documents: documentsAt('https://www.smsapi.com', [['SMS API documentation', 'docs', 'read 2026-11-22']]),
});
