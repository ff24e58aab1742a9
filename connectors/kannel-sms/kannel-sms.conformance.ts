import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { Fixture } from '../../test/conformance/spec.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 'msg_01KAP00000000000000000TEST.0';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', username: 'example', sender: '+33639980100', country: 'FR' },
  credentials: { password: 'example-password', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/kannel-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the aggregator makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

/** Everything stands in the address; so does what the suite makes up. */
const asked = ({ text = '', ...request }: Fixture['request']): Fixture['request'] =>
  request.query === undefined ? { ...request, method: 'GET', query: text } : request;

const refused = (status: number, body: string) => ({ status, body });

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => called(fixtureRequest({ ...fixture, request: asked(fixture.request) }, account)),
  spoil: {
    'another token': (request) => called(request, 'example-other-token'),
    'no token': (request) => ({ ...request, url: request.url.split('?')[0]!, query: new URLSearchParams() }),
  },
  ignored: {
    'its own echo': writeForm({ from: '+33639980100', coding: '0', text: 'x' }),
    'a binary message': writeForm({ from: '+33639980001', coding: '1', text: 'x', hex: '00' }),
    'an unknown event': writeForm({ weather: 'fine' }),
    'a state on the way': writeForm({ id, report: '4' }),
  },
  answers: {
    ok: { status: 202, body: '0: Accepted for delivery' },
    providerIds: [id],
    unauthorized: refused(403, 'Authorization failed for sendsms'),
    throttled: { ...refused(429, 'Slow down'), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a number that is none', ...refused(400, 'Garbage to field'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'Kannel signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'Kannel signs no bodies: TLS is what stops a change',
    'a text cut by its limit goes out whole and in order':
      'the text goes out in the address, where the check does not look',
  },
};
