import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', username: 'example', sender: '+33639980100', country: 'FR' },
  credentials: { password: 'example-password', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/jasmin-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the aggregator makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const refused = (status: number, says: string) => ({ status, body: `Error "${says}"` });

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
    'its own echo': writeForm({
      id,
      from: '33639980100',
      to: '33639980001',
      'origin-connector': 'c',
      content: 'x',
    }),
    'an unknown event': writeForm({ id, weather: 'fine' }),
    'an unknown state': writeForm({ id, level: '2', message_status: 'PONDERD' }),
  },
  answers: {
    ok: { status: 200, body: `Success "${id}"` },
    providerIds: [id],
    unauthorized: refused(403, 'Authentication failure for username:example'),
    throttled: { ...refused(429, 'Too many requests'), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'no route', ...refused(412, 'No route found'), code: 'no_route' },
      {
        name: 'a wrong argument',
        ...refused(400, 'Argument to has an invalid value'),
        code: 'platform_refused',
      },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  toldInBodies: ['hook_token', 'password'],
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'Jasmin signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'Jasmin signs no bodies: TLS is what stops a change',
  },
};
