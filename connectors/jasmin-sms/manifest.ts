import { z } from 'zod';
import { codesMeaning, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const who = { username: '{config.username}', password: '{secret.password}' };
const receipt = { type: 'receipt' as const, ids: ['id'], state: 'message_status', codes: ['message_status'] };
const message = { type: 'message' as const, id: ['id'], from: 'from' };
const docs = 'https://docs.jasminsms.com/en/latest/apis/http/index.html';

export const connector = smsConnector({
  name: 'jasmin-sms',
  title: 'SMS (Jasmin gateway)',
  config: smsConfig(undefined, {
    username: z.string().min(1).max(30).describe('User of the gateway'),
  }).required({ sender: true }),
  credentials: secrets({ password: "The user's password", hook_token: hookToken.field }),
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
          when: [{ path: 'level', in: [1] }, 'message_status'],
          states: codesMeaning('sent: ESME_ROK | platform_refused: *'),
        },
        {
          ...receipt,
          // of the telephone
          when: [{ path: 'level', in: [2, 3] }, 'message_status'],
          states:
            codesMeaning(`sent: ACCEPTD ENROUTE | delivered: DELIVRD | expired: EXPIRED | cancelled: DELETED |
            undelivered: UNDELIV | platform_refused: REJECTD`),
          codes: ['err'],
        },
        {
          ...message,
          when: ['origin-connector', { path: 'coding', in: [8] }],
          text: 'binary',
          text_as: 'utf16_hex',
        },
        { ...message, when: ['origin-connector'], text: 'content' },
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
});
