import { codesMeaning, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'tyntec-sms',
  title: 'SMS (tyntec)',
  config: smsConfig('https://api.tyntec.com', {}).required({ sender: true }),
  credentials: secrets({ api_key: 'API key', hook_token: hookToken.field }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  // ten parts of 152
  maxSeptets: 1520,
  dialect: {
    send: {
      path: '/messaging/v1/sms',
      auth: { type: 'header', name: 'apikey', value: '{secret.api_key}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          from: '{from}',
          to: '{to}',
          message: '{text}',
          reference: '{id}',
          callbackUrl: hookToken.url,
          callbackMethod: 'POST',
          // ten parts and one: in Unicode a part has 66 characters, not 67
          partLimit: 11,
          // nothing rewritten to make a text shorter
          trate: 0,
          mrate: 0,
          upperCased: false,
          keepEmojis: true,
        },
      },
      answer: { ids: ['requestId'], codes: [{ path: 'type', after: '/problems/' }] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'message',
          when: ['from', 'message', 'missingParts'],
          id: ['requestId'],
          from: 'from',
          text: 'message',
          at: { path: 'contentList.0.sentDate', format: 'iso' },
        },
        {
          type: 'receipt',
          when: ['requestId', 'status'],
          ids: ['requestId'],
          state: 'status',
          states: codesMeaning(
            `sent: ACCEPTED BUFFERED | delivered: DELIVERED | undelivered: UNDELIVERABLE | expired: EXPIRED | platform_refused: REJECTED`,
          ),
          codes: ['errorCode'],
          at: { path: 'doneDate', format: 'iso' },
        },
      ],
    },
    probe: { path: '/account/v1/ip/restriction' },
    // of GSM, as four hexadecimal digits
    codes: codesMeaning({ address_invalid: '0001', unreachable: '0007 0009 000b 000c 000d' }),
    statuses: { '403': 'account_unauthorized' },
  },
  documents: [
    {
      title: 'SMS API',
      url: 'https://github.com/tyntec/api-collection/blob/master/sms/v1/openapi.yaml',
      version: 'v1, read 2026-11-22',
    },
    {
      title: 'GSM Error Codes',
      url: 'https://www.tyntec.com/docs/docs-center-sms-api-gsm-error-codes',
      version: 'read 2026-11-22',
    },
    {
      title: 'Account IP Restriction API',
      url: 'https://github.com/tyntec/api-collection/blob/master/account/ip-restriction/v1/openapi.yaml',
      version: 'v1, read 2026-11-22',
    },
  ],
});
