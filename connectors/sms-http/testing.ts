import type { Account } from '../contract/index.ts';
import { connector } from './index.ts';

/** The configuration of an aggregator that does not exist: JSON both ways, with an HMAC over time and body. */
export const exampleConfig = {
  base_url: 'http://platform.test',
  sender: '+33639980100',
  country: 'FR',
  verify: {
    type: 'hmac',
    header: 'x-signature',
    secret: '{secret.signing_secret}',
    signed: ['timestamp', { text: '.' }, 'body'],
    timestamp: { header: 'x-timestamp' },
  },
  send: {
    path: '/v2/messages',
    auth: { type: 'bearer', token: '{secret.token}' },
    headers: { 'x-request-id': '{id}' },
    body: {
      type: 'json',
      value: {
        to: ['{to}'],
        from: '{from}',
        text: '{text}',
        coding: '{encoding}',
        callback: '{hook}',
        validity: '{valid_for_seconds}',
      },
    },
    encoding: { gsm7: 0, ucs2: 8 },
    answer: {
      ids: ['messages.*.id'],
      ok: { path: 'messages.*.status', in: ['accepted'] },
      codes: ['messages.0.error.code', 'error.code'],
    },
  },
  receive: {
    format: 'json',
    each: 'events.*',
    events: [
      {
        type: 'receipt',
        when: [{ path: 'type', in: ['status'] }],
        ids: ['message_id'],
        state: 'state',
        states: { sent: 'sent', delivered: 'delivered', failed: 'undelivered', buffered: 'ignored' },
        codes: ['error'],
        at: { path: 'at', format: 'seconds' },
      },
      {
        type: 'message',
        when: [{ path: 'type', in: ['message'] }],
        id: ['message_id'],
        from: 'from',
        text: 'text',
        at: { path: 'at', format: 'seconds' },
        media: { url: 'media.{n}.url', type: 'media.{n}.type' },
      },
      { type: 'ignored', when: [{ path: 'type', in: ['price'] }], reason: 'a price' },
    ],
    answer: { status: 200, type: 'application/json', body: '{"ok":true}' },
  },
  codes: { E10: 'address_invalid', E11: 'opted_out', E20: 'throttled', E21: 'throttled_pair' },
  statuses: { '403': 'account_unauthorized' },
  probe: { path: '/v2/account', detail: 'name' },
};

export const exampleCredentials = {
  token: 'example-token',
  signing_secret: 'example-signing-secret',
  username: 'example-user',
  password: 'example-password',
};

/** An account as the gateway would hold it: parsed by the manifest. */
export const accountWith = (config: object, credentials: object = exampleCredentials): Account => ({
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: connector.manifest.config.parse({ ...exampleConfig, ...config }),
  credentials: connector.manifest.credentials.parse(credentials),
  hookUrl: 'https://gateway.test/hooks/sms-http/acc_01KAP00000000000000000TEST',
});
