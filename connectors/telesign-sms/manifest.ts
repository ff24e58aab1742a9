import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { hmac, sameSecret } from '../kit/signature.ts';

export const connector = smsConnector({
  name: 'telesign-sms',
  title: 'SMS (Telesign)',
  config: smsConfig('https://rest-ww.telesign.com', {
    customer_id: z.string().min(1).max(64).describe('Customer ID (not secret)'),
    message_type: z
      .enum(['OTP', 'ARN', 'MKT'])
      .default('ARN')
      .describe('Traffic: passcodes (OTP), alerts and notifications (ARN) or marketing (MKT)'),
  }),
  credentials: secrets({
    api_key: 'API key (base64): allows to send, and signs every call-back',
  }),
  rate: { perSecond: 10, concurrency: 5 },
  // "Authenticate callbacks": the key is what the API key says in base64
  verify: ({ headers, body }, { config: { customer_id: id }, credentials: { api_key: key } }) =>
    sameSecret(
      headers['authorization'],
      `TSA ${id}:${hmac('sha256', Buffer.from(key, 'base64'), body).toString('base64')}`,
    )
      ? { ok: true }
      : { ok: false, reason: 'the signature is missing or does not match' },
  dialect: {
    send: {
      path: '/v1/messaging',
      auth: { type: 'basic', user: '{config.customer_id}', password: '{secret.api_key}' },
      body: {
        type: 'form',
        fields: {
          phone_number: '{to.digits}',
          message: '{text}',
          message_type: '{config.message_type}',
          sender_id: '{from.digits}',
          external_id: '{id}',
          callback_url: '{hook}',
        },
      },
      answer: {
        ids: ['reference_id'],
        ok: { path: 'status.code', in: [200, 201, 203, 290, 292, 295] },
        codes: ['status.code', 'errors.0.code'],
      },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        {
          type: 'message',
          when: [{ path: 'sub_resource', in: ['mo_sms'] }],
          id: ['reference_id'],
          from: 'user_response.phone_number',
          text: 'user_response.mo_message',
          at: { path: 'submit_timestamp', format: 'iso' },
        },
        { type: 'ignored', when: [{ path: 'sub_resource', starts: 'mo_' }], reason: 'another channel' },
        {
          type: 'receipt',
          when: ['reference_id', 'status.code'],
          ids: ['reference_id'],
          state: 'status.code',
          states: codesMeaning(
            'delivered: 200 | sent: 201 203 251 | ignored: 250 290 292 295 599 | undelivered: *',
          ),
          codes: ['status.code'],
          at: { path: 'status.updated_on', format: 'iso' },
        },
      ],
    },
    codes: codesMeaning({
      account_unauthorized: '501 10008 10009 10011 10013 10014 10015 10022 10028 10031 10035',
      account_suspended: '10010',
      throttled: '10019 10020',
      platform_unavailable: '10000',
      address_invalid: '507 11000 11001 12000',
      unreachable: '211 220 222 512 513 514',
      expired: '221',
      blocked: '229 230 510',
      content_refused: '231 520 11009',
      spam_suspected: '515',
    }),
  },
  documents: documentsAt('https://developer.telesign.com/enterprise', [
    ['Engage SMS API (OpenAPI)', 'reference/sendsms', '1.0, read 2026-11-22'],
    ['Engage callbacks (OpenAPI)', 'openapi/engage-callbacks.json', '1.0, read 2026-11-22'],
    ['Authenticate callbacks', 'docs/authenticate-callbacks', 'read 2026-11-22'],
    ['All status and error codes', 'docs/all-status-and-error-codes', 'read 2026-11-22'],
  ]),
});
