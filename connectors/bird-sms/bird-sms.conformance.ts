import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const id = 'sms_01kapexample0000000000001';
const secret = `whsec_${Buffer.from('an example of a secret').toString('base64')}`;

const calls = signedCalls(
  ({ body }, { credentials }, atMs) => {
    const key = Buffer.from(credentials['webhook_secret']!.slice(6), 'base64');
    const data = Buffer.concat([Buffer.from(`evt_1.${atMs / 1000}.`), body]);
    return {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(atMs / 1000),
      // one of another key, as while a secret is changed
      'webhook-signature': `v1,${'A'.repeat(43)}= v1,${hmac('sha256', key, data).toString('base64')}`,
    };
  },
  { platform: 'Bird', toleranceMs: 300_000 },
);
const event = (type: string, data: object) => ({
  id: 'evt_1',
  type,
  timestamp: '2026-11-22T12:00:00Z',
  data,
});
const refused = (status: number, type: string, code: string) => ({
  status,
  body: { error: { type, code, name: 'refused', message: 'x', doc_url: 'x', request_id: 'req_1' } },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { category: 'transactional' },
  credentials: { api_key: 'bk_eu1_example', webhook_secret: secret },
  calls,
  ignored: {
    'its own echo': event('sms.received', { sms_id: id, from: '+33639980100', text: 'x' }),
    'an event on the way': event('sms.accepted', { sms_id: id, to: '+33639980001' }),
    'an unknown event': event('email.delivered', { email_id: 'em_1' }),
    'nothing at all': {},
  },
  answers: {
    ok: {
      status: 202,
      body: { id, to: '+33639980001', from: '+33639980100', status: 'accepted', text: 'x' },
    },
    providerIds: [id],
    unauthorized: refused(401, 'auth_error', 'E02001'),
    throttled: refused(429, 'rate_limit_error', 'E03001'),
    rejected: [
      ['a key without the right', refused(403, 'permission_error', 'E02002'), 'account_unauthorized'],
      ['no credit', refused(402, 'billing_error', 'E04001'), 'balance_exhausted'],
      ['a wrong request', refused(422, 'validation_error', 'E01001'), 'platform_refused'],
    ],
  },
});
