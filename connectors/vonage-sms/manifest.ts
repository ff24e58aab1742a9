import {
  codesMeaning,
  documentsAt,
  secretField,
  secrets,
  smsConfig,
  smsConnector,
} from '../kit/sms/index.ts';
import { verifyVonage } from '../kit/signatures/index.ts';

/** Vonage repeats a call-back for 24 h; nothing says that it signs each repetition anew. */
const toleranceMs = 25 * 3_600_000;
const sms = { path: 'channel', in: ['sms'] };

export const connector = smsConnector({
  name: 'vonage-sms',
  title: 'SMS (Vonage Messages API)',
  config: smsConfig('https://api.nexmo.com', {
    api_key: secretField('API key of the account (not secret)').regex(/^[A-Za-z0-9]+$/),
  }).required({ sender: true }),
  credentials: secrets({
    api_secret: 'API secret: allows to send',
    signature_secret: 'Signature secret (SHA-256 HMAC): signs every call-back',
  }),
  rate: { perSecond: 30, concurrency: 15 },
  verify: (request, { config: { api_key: apiKey }, credentials: { signature_secret: secret } }, nowMs) =>
    verifyVonage(request, secret, { nowMs, toleranceMs, apiKey }),
  dialect: {
    send: {
      path: '/v1/messages',
      auth: { type: 'basic', user: '{config.api_key}', password: '{secret.api_secret}' },
      body: {
        type: 'json',
        value: {
          message_type: 'text',
          channel: 'sms',
          to: '{to.digits}',
          from: '{from.digits}',
          text: '{text}',
          client_ref: '{id}',
          ttl: '{valid_for_seconds}',
          webhook_url: '{hook}',
          webhook_version: 'v1',
          sms: { encoding_type: '{encoding}' },
        },
      },
      encoding: { gsm7: 'text', ucs2: 'unicode' },
      max_valid_for_seconds: 259_200,
      answer: { ids: ['message_uuid'], codes: [{ path: 'type', after: '#' }] },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        {
          type: 'receipt',
          when: [sms, 'status'],
          ids: ['message_uuid'],
          state: 'status',
          states:
            codesMeaning(`sent: submitted | delivered: delivered | platform_refused: rejected | undelivered:
            undeliverable`),
          codes: [{ path: 'error.type', after: '#' }, 'error.title'],
          at: { path: 'timestamp', format: 'iso' },
        },
        {
          type: 'message',
          when: [sms, 'message_uuid', { path: 'message_type', in: ['text'] }],
          id: ['message_uuid'],
          from: 'from',
          text: 'text',
          at: { path: 'timestamp', format: 'iso' },
        },
      ],
    },
    codes: codesMeaning({
      account_unauthorized: 'unauthorized forbidden unprovisioned invalid-api-key',
      account_suspended: 'account-suspended application-suspended 1060',
      balance_exhausted: 'low-balance 1070',
      throttled: 'throttled 1000 1241',
      platform_unavailable: '1030 1100 1331',
      address_invalid: '1040 1170',
      unreachable: '1190 1200 1250 1251 1260 1290 1300',
      undelivered: '1180 1220 1230 1330 1360',
      blocked: '1050 1280',
      opted_out: '1240',
      spam_suspected: '1210',
      content_refused: '1270 1282',
      content_too_large: '1090',
    }),
  },
  documents: documentsAt('https://developer.vonage.com/en', [
    ['Messages API reference', 'api/messages', '1.17.0, read 2026-11-22'],
    ['Messages API status callbacks', 'messages/concepts/messages-status-callbacks', 'read 2026-11-22'],
    ['Signed webhooks', 'messages/concepts/signed-webhooks', 'read 2026-11-22'],
    ['Messages API errors', 'api-errors/messages', 'read 2026-11-22'],
  ]),
});
