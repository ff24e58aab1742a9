import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const id = '990000000002';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', token_id: 'EXAMPLE-1', sender: '+33639980100', country: 'FR' },
  credentials: { token_secret: 'example-token-secret', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/bulksms-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the platform makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const message = (type: string, more: object) => [{ id, type, to: '33639980001', body: 'x', ...more }];
const refused = (status: number, type: string) => ({
  status,
  body: { type: `https://developer.bulksms.com/json/v1/errors#${type}`, title: type, status, detail: 'x' },
});

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
    'its own echo': message('RECEIVED', { from: '33639980100' }),
    'a state on the way': message('SENT', { status: { id: 'ACCEPTED.null', type: 'ACCEPTED' } }),
    'the try of a new webhook': [],
    'an unknown event': message('PONDERED', {}),
  },
  answers: {
    ok: {
      status: 201,
      body: message('SENT', { status: { id: 'ACCEPTED.null', type: 'ACCEPTED', subtype: null } }),
    },
    providerIds: [id],
    unauthorized: refused(401, 'not-authenticated'),
    throttled: { ...refused(429, 'too-many'), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a request that is wrong', ...refused(400, 'bad-request'), code: 'platform_refused' },
      { name: 'no credits', ...refused(403, 'insufficient-credits'), code: 'balance_exhausted' },
      {
        name: 'a number that was blocked',
        status: 201,
        body: message('SENT', { status: { id: 'FAILED.BLOCKED', type: 'FAILED', subtype: 'BLOCKED' } }),
        code: 'opted_out',
      },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'BulkSMS signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'BulkSMS signs no bodies: TLS is what stops a change',
  },
};
