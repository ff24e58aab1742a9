import { createHmac } from 'node:crypto';
import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';

export const signedWith = (key: string) =>
  signedCalls(
    ({ body }) => ({ 'x-messente-signature': createHmac('sha256', key).update(body).digest('hex') }),
    { platform: 'Messente' },
  );
const calls = signedWith('example-inbound-secret');
const message = { msg_id: 'm', sub_msg_id: 's', channel: 'sms', sender: '+33639980001', text: 'x' };
const refused = (status: number, code: string) => ({
  status,
  body: { errors: [{ title: 'x', detail: 'x', code, source: null }] },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { username: 'example' },
  credentials: { api_password: 'example-api-password', inbound_secret: 'example-inbound-secret' },
  calls: { ...calls, spoil: { ...calls.spoil, 'another key': signedWith('example-other-key').make } },
  ignored: {
    'its own echo': { ...message, sender: '+33639980100' },
    'a message of another channel': { ...message, channel: 'viber' },
    'a state nobody knows': { message_id: id, channel: 'sms', status: 'UNKNOWN', err: null },
    'an unknown event': { weather: 'fine' },
  },
  answers: {
    ok: {
      status: 201,
      body: {
        omnimessage_id: '5d6e7f80-9a0b-4c1d-8e2f-3a4b5c6d7e8f',
        to: '+33639980001',
        messages: [{ channel: 'sms', message_id: id, sender: '+33639980100' }],
      },
    },
    providerIds: [id],
    unauthorized: refused(401, '103'),
    throttled: refused(429, '0'),
    rejected: [
      ['a key without the right', refused(403, '102'), 'account_unauthorized'],
      ['data that are wrong', refused(400, '105'), 'platform_refused'],
      ['trouble of its own', refused(500, '104'), 'platform_unavailable'],
    ],
  },
});
