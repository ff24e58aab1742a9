import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const id = 'a1b2c3d4-0000-11ef-8ea7-0242ac110002';
const nonce = '05429567804466091622';
const refused = (status: number) => ({ status, body: { api_id: 'x', error: 'refused' } });

const calls = signedCalls(
  ({ url }, { credentials }) => ({
    'x-plivo-signature-v2-nonce': nonce,
    'x-plivo-signature-v2': hmac('sha256', credentials['auth_token']!, url.split('?')[0]! + nonce).toString(
      'base64',
    ),
  }),
  { platform: 'Plivo' },
);

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { auth_id: 'MAEXAMPLE0001' },
  credentials: { auth_token: 'example-auth-token' },
  calls: {
    ...calls,
    spoil: {
      'another address': (request) => ({ ...request, url: `${request.url}/x` }),
      'another nonce': ({ headers, ...request }) => ({
        ...request,
        headers: { ...headers, 'x-plivo-signature-v2-nonce': '1' },
      }),
    },
  },
  ignored: {
    'its own echo': writeForm({ MessageUUID: id, From: '33639980100', Type: 'sms', Text: 'x' }),
    'a WhatsApp message': writeForm({ MessageUUID: id, From: '33639980001', Type: 'whatsapp', Body: 'x' }),
    'a state on the way': writeForm({ MessageUUID: id, Status: 'queued' }),
    'an unknown event': writeForm({ CallUUID: id, Event: 'Hangup' }),
  },
  answers: {
    ok: { status: 202, body: { message: 'message(s) queued', message_uuid: [id], api_id: 'x' } },
    providerIds: [id],
    unauthorized: refused(401),
    throttled: refused(429),
    rejected: [
      ['a parameter that is wrong', refused(400), 'platform_refused'],
      ['no credit', refused(402), 'balance_exhausted'],
    ],
  },
  skips: { 'refuses a tampered body': 'Plivo signs the address and a nonce, not the body' },
});
