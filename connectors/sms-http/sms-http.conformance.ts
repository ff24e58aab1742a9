import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';
import { accountWith, exampleCredentials } from './testing.ts';

const account = accountWith({});

function signed(request: HookRequest, atMs = suiteNowMs): HookRequest {
  const timestamp = String(atMs / 1000);
  const data = Buffer.concat([Buffer.from(`${timestamp}.`), request.body]);
  const signature = hmac('sha256', exampleCredentials.signing_secret, data).toString('hex');
  return { ...request, headers: { ...request.headers, 'x-timestamp': timestamp, 'x-signature': signature } };
}

const refused = (code: string, status: number) => ({ status, body: { error: { code } } });

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'a stale time': (request) => signed(request, suiteNowMs - 301_000),
    'another time than the signed one': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-timestamp': String(suiteNowMs / 1000 + 1) },
    }),
  },
  ignored: {
    'its own echo': { events: [{ type: 'message', message_id: 'm-1', from: '+33639980100', text: 'x' }] },
    'a price': { events: [{ type: 'price', amount: 1 }] },
    'an unknown event': { events: [{ type: 'weather' }] },
    'an unknown state': { events: [{ type: 'status', message_id: 'm-1', state: 'pondered' }] },
    'a state of no concern': { events: [{ type: 'status', message_id: 'm-1', state: 'buffered' }] },
    'nothing at all': { events: [] },
  },
  answers: {
    ok: { status: 200, body: { messages: [{ id: 'm-1', status: 'accepted' }] } },
    providerIds: ['m-1'],
    unauthorized: refused('E01', 403),
    throttled: { ...refused('E20', 400), headers: { 'retry-after': '9' }, retryAfterMs: 9000 },
    rejected: [
      { name: 'a number that is none', ...refused('E10', 400), code: 'address_invalid' },
      {
        name: 'a no inside of a 200',
        status: 200,
        body: { messages: [{ status: 'refused', error: { code: 'E11' } }] },
        code: 'opted_out',
      },
      { name: 'a code that nobody knows', ...refused('E99', 400), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
};
