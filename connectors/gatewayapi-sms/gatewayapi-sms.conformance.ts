import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', sender: '+33639980100', country: 'FR' },
  credentials: { api_token: 'example-api-token', hook_secret: 'example-hook-secret' },
  hookUrl: 'https://gateway.test/hooks/gatewayapi-sms/acc_01KAP00000000000000000TEST',
};

const part = (of: string | Uint8Array) => Buffer.from(of).toString('base64url');

/** The token as the document has it, made here and not by what is tested: the notification itself is signed. */
function signed(request: HookRequest, secret = account.credentials.hook_secret): HookRequest {
  const data = `${part('{"typ":"JWT","alg":"HS256"}')}.${part(request.body)}`;
  const token = `${data}.${hmac('sha256', secret, data).toString('base64url')}`;
  return { ...request, headers: { ...request.headers, 'x-gwapi-signature': token } };
}

const changed = (request: HookRequest, from: string, to: string): HookRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace(from, to)),
});
const refused = (status: number, code?: string) => ({
  status,
  body: { ...(code ? { code } : {}), incident_uuid: 'x', message: 'refused', variables: [] },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'another sender': (request) => changed(request, '"msisdn":', '"msisdn":1'),
    'another id': (request) => changed(request, '"id":', '"id":9'),
    'another secret': (request) => signed(request, 'example-other-secret'),
    'no token': (request) => ({ ...request, headers: {} }),
  },
  ignored: {
    'its own echo': { id: 1, msisdn: 33639980100, message: 'x', senttime: 1795348800 },
    'a state on the way': { id: 1, msisdn: 33639980001, time: 1795348800, status: 'BUFFERED' },
    'an unknown event': { id: 1, weather: 'fine' },
  },
  answers: {
    ok: {
      status: 200,
      body: { ids: [1000001], usage: { countries: { FR: 1 }, currency: 'EUR', total_cost: 0.05 } },
    },
    providerIds: ['1000001'],
    unauthorized: refused(401),
    throttled: { ...refused(429), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'an address that may not call', ...refused(403, '0x0213'), code: 'account_unauthorized' },
      { name: 'no credit', ...refused(403, '0x0216'), code: 'balance_exhausted' },
      { name: 'a code that nobody knows', ...refused(400, '0x0999'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'GatewayAPI signs no time of its own: de-duplication is what stops a replay',
    'refuses a tampered body':
      'a copy of the notification is signed, not its bytes: what is read must be as in the copy, which spoil shows',
  },
};
