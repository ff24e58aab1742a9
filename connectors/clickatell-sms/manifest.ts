import { codesMeaning, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const sms = { path: 'channel', in: ['sms'] };
const at = { path: 'timestamp', format: 'milliseconds' } as const;

export const connector = smsConnector({
  name: 'clickatell-sms',
  title: 'SMS (Clickatell One API)',
  config: smsConfig('https://platform.clickatell.com', {}),
  credentials: secrets({ api_key: 'API key of the integration', hook_token: hookToken.field }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/v1/message',
      auth: { type: 'header', name: 'Authorization', value: '{secret.api_key}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          messages: [
            {
              channel: 'sms',
              to: '{to.digits}',
              from: '{from.digits}',
              content: '{text}',
              clientMessageId: '{id}',
            },
          ],
        },
      },
      answer: {
        ids: ['messages.*.apiMessageId'],
        // a 202 may hold a refusal
        ok: { path: 'messages.*.accepted', in: [true] },
        codes: ['messages.0.error.code', 'error.code'],
      },
    },
    receive: {
      format: 'json',
      international: true,
      each: ['event.moText.*', 'event.messageStatusUpdate.*'],
      events: [
        {
          type: 'receipt',
          when: [sms, 'statusCode'],
          ids: ['messageId'],
          state: 'statusCode',
          states: codesMeaning(`ignored: 2 8 11 | sent: 3 | delivered: 4 | content_refused: 5 | cancelled: 6 |
            undelivered: 1 7 | no_route: 9 | expired: 10 | balance_exhausted: 12 | content_too_large: 14`),
          at,
        },
        { type: 'message', when: [sms, 'content'], id: ['messageId'], from: 'from', text: 'content', at },
      ],
    },
    probe: { path: '/public-client/balance', detail: 'balance' },
    codes: codesMeaning({
      account_unauthorized: '1 7 38 39 45',
      account_suspended: '2 3 44 46',
      platform_unavailable: '18 19',
      balance_exhausted: '20',
      throttled: '43',
      address_invalid: '25',
      opted_out: '26',
      unreachable: '27 28 101',
      // 110 and 111: what the USA want of a two-way integration
      no_route: '110 111',
      content_refused: '21 23 30 40',
      content_too_large: '24 31 32 100',
    }),
  },
  documents: [
    {
      title: 'One API: send messages, errors',
      url: 'https://docs.clickatell.com/channels/one-api/one-api-reference/',
      version: 'v1, read 2026-11-22 through SDKs that follow it',
    },
    {
      title: 'One API errors table',
      url: 'https://docs.clickatell.com/channels/one-api/one-api-errors-table/',
      version: 'as clickatell-api 0.3.0 (2026-07-28) has it, read 2026-11-22',
    },
  ],
});
