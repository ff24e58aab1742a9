import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 's0b1c2d3e4f504a618b729c8d0e1f2a3b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', username: 'uexample', sender: '+33639980100', country: 'FR' },
  credentials: { password: 'example-password', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/elks-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the platform makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const refused = (status: number, body: string) => ({ status, body });

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
    'its own echo': writeForm({ direction: 'incoming', id, from: '+33639980100', message: 'x' }),
    'what was sent': writeForm({ direction: 'outgoing', id, from: '+33639980001', message: 'x' }),
    'a state on the way': writeForm({ id, status: 'created' }),
    'an unknown event': writeForm({ callid: id, result: 'busy' }),
  },
  answers: {
    ok: {
      status: 200,
      body: {
        id,
        status: 'created',
        direction: 'outgoing',
        from: '+33639980100',
        to: '+33639980001',
        created: '2026-11-22T12:00:00.000000',
        parts: 1,
        cost: 3500,
        message: 'x',
      },
    },
    providerIds: [id],
    unauthorized: refused(401, 'API access requires Basic HTTP authentication.'),
    throttled: { ...refused(429, 'Slow down'), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a field that is missing', ...refused(400, 'Missing key to'), code: 'platform_refused' },
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
    'refuses a stale request': '46elks signs nothing: a secret in the address is all there is',
    'refuses a tampered body': '46elks signs no bodies: TLS is what stops a change',
  },
};
