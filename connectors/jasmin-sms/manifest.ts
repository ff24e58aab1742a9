import { z } from 'zod';
import { codesMeaning, hookToken, secretField, smsConfig } from '../kit/sms/index.ts';
import type { SmsTable } from '../kit/sms/index.ts';

const config = smsConfig(undefined, {
  username: z.string().min(1).max(30).describe('User of the gateway'),
}).required({ sender: true });
const credentials = z.strictObject({
  password: secretField("The user's password"),
  hook_token: hookToken.field,
});

const who = { username: '{config.username}', password: '{secret.password}' };
const receipt = { type: 'receipt' as const, ids: ['id'], state: 'message_status', codes: ['message_status'] };
const message = { type: 'message' as const, id: ['id'], from: 'from' };
const docs = 'https://docs.jasminsms.com/en/latest/apis/http/index.html';

export const table: SmsTable<z.infer<typeof config>, z.infer<typeof credentials>> = {
  name: 'jasmin-sms',
  title: 'SMS (Jasmin gateway)',
  config,
  credentials,
  rate: { perSecond: 20, concurrency: 5 },
  verify: hookToken.verify,
  // five messages of 153: long_content_max_parts as it is delivered
  maxSeptets: 765,
  dialect: {
    send: {
      path: '/send',
      body: {
        type: 'form',
        fields: {
          ...who,
          to: '{to.digits}',
          from: '{from.digits}',
          coding: '{encoding}',
          content: '{text.gsm7}',
          'hex-content': '{text.ucs2}',
          'validity-period': '{valid_for_minutes}',
          dlr: 'yes',
          'dlr-url': hookToken.url,
          'dlr-level': '3',
          'dlr-method': 'POST',
        },
      },
      encoding: { gsm7: 0, ucs2: 8 },
      answer: { format: 'text', ids: [{ path: 'text', after: 'Success "', before: '"' }] },
    },
    receive: {
      format: 'form',
      events: [
        {
          ...receipt,
          // of the message centre
          when: [{ path: 'level', in: [1] }, { path: 'message_status' }],
          states: { ESME_ROK: 'sent', '*': 'platform_refused' },
        },
        {
          ...receipt,
          // of the telephone
          when: [{ path: 'level', in: [2, 3] }, { path: 'message_status' }],
          states: {
            ACCEPTD: 'sent',
            ENROUTE: 'sent',
            DELIVRD: 'delivered',
            EXPIRED: 'expired',
            DELETED: 'cancelled',
            UNDELIV: 'undelivered',
            REJECTD: 'platform_refused',
          },
          codes: ['err'],
        },
        {
          ...message,
          when: [{ path: 'origin-connector' }, { path: 'coding', in: [8] }],
          text: 'binary',
          text_as: 'utf16_hex',
        },
        { ...message, when: [{ path: 'origin-connector' }], text: 'content' },
      ],
      answer: { type: 'text/html', body: 'ACK/Jasmin' },
    },
    probe: { path: '/balance', query: who, detail: 'balance' },
    codes: codesMeaning({
      address_invalid: 'ESME_RINVDSTADR',
      rate_limited: 'ESME_RTHROTTLED',
      platform_unavailable: 'ESME_RSYSERR ESME_RMSGQFUL ESME_RSUBMITFAIL',
    }),
    statuses: { '403': 'account_unauthorized', '412': 'no_route' },
  },
  documents: [
    { title: 'Jasmin SMS Gateway: HTTP API', url: docs, version: '0.10, read 2026-11-22' },
    { title: 'Jasmin: managers/dlr.py', url: 'https://github.com/jookies/jasmin', version: '0.10' },
  ],
};
