import { createHmac } from 'node:crypto';
import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '65f0c1d2e3a4b5c6d7e8f901';
const signedWith = (key: string) =>
  signedCalls(
    ({ body }, _, atMs) => {
      const seconds = atMs / 1000;
      const signature = createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex');
      return { 'ycloud-signature': `t=${seconds},s=${signature}` };
    },
    { platform: 'YCloud', toleranceMs: 300_000 },
  );
const calls = signedWith('example-webhook-secret');
const event = (type: string, payload: object) => ({ id: 'evt_1', type, apiVersion: 'v2', ...payload });
const refused = (status: number, code: string) => ({
  status,
  body: { error: { status, code, message: 'x', requestId: 'req_1' } },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_key: 'example-api-key', webhook_secret: 'example-webhook-secret' },
  calls: { ...calls, spoil: { ...calls.spoil, 'another key': signedWith('example-other-secret').make } },
  ignored: {
    'its own echo': event('sms.inbound.received', {
      smsInbound: { id, from: '+33639980100', to: '+33639980001', text: 'x' },
    }),
    'a state on the way': event('sms.message.updated', { sms: { id, status: 'accepted' } }),
    'an event of another channel': event('whatsapp.message.updated', { whatsappMessage: { id } }),
    'an unknown event': event('sms.pondered', {}),
  },
  answers: {
    ok: { status: 200, body: { id, to: '+33639980001', status: 'accepted', totalSegments: 1 } },
    providerIds: [id],
    unauthorized: refused(401, 'UNAUTHORIZED'),
    throttled: refused(429, 'ACCOUNT_RATE_LIMITED'),
    rejected: [
      ['a consumer who has unsubscribed', refused(403, 'RECIPIENT_UNSUBSCRIBED'), 'opted_out'],
      ['no balance', refused(403, 'BALANCE_INSUFFICIENT'), 'balance_exhausted'],
      ['a country that is not served', refused(400, 'MESSAGING_REGION_UNSUPPORTED'), 'no_route'],
      ['a field that is wrong', refused(400, 'PARAM_INVALID'), 'platform_refused'],
      ['trouble of its own', refused(500, 'INTERNAL_SERVER_ERROR'), 'platform_unavailable'],
    ],
  },
});
