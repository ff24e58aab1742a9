import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = '613F1B14346335B944450001';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', sender: '+33639980100', country: 'FR' },
  credentials: { api_token: 'example-api-token', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/smsapi-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the platform makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const answered = (status: number, body: object) => ({ status, body });
const refused = (error: number, status = 200) => answered(status, { error, message: 'x' });

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => called(fixtureRequest(fixture, account)),
  spoil: {
    'another token': (request) => called(request, 'example-other-token'),
    'no token': (request) => ({ ...request, url: request.url.split('?')[0]!, query: new URLSearchParams() }),
  },
  ignored: {
    'its own echo': writeForm({ sms_from: '33639980100', sms_text: 'x' }),
    'a state on the way': writeForm({ MsgId: id, status: '409' }),
    'an unknown event': writeForm({ weather: 'fine' }),
  },
  answers: {
    ok: answered(200, {
      count: 1,
      list: [{ id, points: 0.16, number: '33639980001', status: 'QUEUE', error: null, idx: null }],
    }),
    providerIds: [id],
    unauthorized: refused(101, 401),
    throttled: { ...answered(429, {}), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'no credits', ...refused(103), code: 'balance_exhausted' },
      { name: 'an address that may not call', ...refused(105), code: 'account_unauthorized' },
      { name: 'a number that is none', ...refused(13), code: 'address_invalid' },
      { name: 'a code that nobody knows', ...refused(99), code: 'platform_refused' },
    ],
  },
  toldInBodies: ['hook_token'],
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'SMSAPI signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'SMSAPI signs no bodies: TLS is what stops a change',
  },
};
