import { createHmac } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const id = '0123456789ABCDEF0123456789ABCD01';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: {
    base_url: 'http://platform.test',
    customer_id: 'FFFFFFFF-0000-4000-8000-000000000001',
    message_type: 'ARN',
    sender: '+33639980100',
    country: 'FR',
  },
  credentials: { api_key: Buffer.from('example-api-key').toString('base64') },
  hookUrl: 'https://gateway.test/hooks/telesign-sms/acc_01KAP00000000000000000TEST',
};

/** The signature as Telesign's document has it, made here and not by what is tested. */
function signed(request: HookRequest, key = 'example-api-key'): HookRequest {
  const signature = createHmac('sha256', key).update(request.body).digest('base64');
  const authorization = `TSA ${account.config.customer_id}:${signature}`;
  return { ...request, headers: { ...request.headers, authorization } };
}

const event = (sub: string, user: object) => ({ reference_id: id, sub_resource: sub, user_response: user });
const refused = (status: number, code: number) => ({
  status,
  body: { reference_id: id, status: { code, description: 'x', updated_on: '2026-11-22T12:00:00.000000Z' } },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another key': (request) => signed(request, 'example-other-key'),
    'no signature': (request) => ({ ...request, headers: {} }),
  },
  ignored: {
    'its own echo': event('mo_sms', { phone_number: '33639980100', mo_message: 'x' }),
    'a message of another channel': { ...event('mo_whatsapp', {}), status: { code: 1500 } },
    'a state on the way': { reference_id: id, status: { code: 290 } },
    'an unknown event': { reference_id: id, weather: 'fine' },
  },
  answers: {
    ok: refused(200, 290),
    providerIds: [id],
    unauthorized: refused(401, 10022),
    throttled: { ...refused(429, 10019), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a number that is none', ...refused(400, 11000), code: 'address_invalid' },
      { name: 'an account that is suspended', ...refused(401, 10010), code: 'account_suspended' },
      { name: 'a yes that is none', ...refused(200, 501), code: 'account_unauthorized' },
      { name: 'a code that nobody knows', ...refused(400, 11099), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: { 'refuses a stale request': 'Telesign signs no time: de-duplication is what stops a replay' },
};
