import { hmac } from '../../../connectors/kit/signature.ts';
import { fixtureRequest } from '../fixtures.ts';
import { suiteNowMs } from '../scripted.ts';
import type { ConformanceSpec } from '../spec.ts';
import { connector } from './example.ts';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { baseUrl: 'http://platform.test' },
  credentials: { secret: 'example-secret', token: 'example-token' },
  hookUrl: 'https://gateway.test/hooks/example/acc_01KAP00000000000000000TEST',
};

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => {
    const request = fixtureRequest(fixture, account);
    const timestamp = String(suiteNowMs / 1000);
    const data = Buffer.concat([Buffer.from(`${timestamp}.`), request.body]);
    const signature = hmac('sha256', account.credentials.secret, data).toString('hex');
    return {
      ...request,
      headers: { ...request.headers, 'x-timestamp': timestamp, 'x-signature': signature },
    };
  },
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
  },
  ignored: {
    'an unknown event': { event: 'price_changed' },
    'its own echo': { event: 'echo', id: 'p-1' },
  },
  answers: {
    ok: { status: 200, body: { id: 'p-1' } },
    providerIds: ['p-1'],
    unauthorized: { status: 401, body: {} },
    throttled: { status: 429, headers: { 'retry-after': '7' }, body: {}, retryAfterMs: 7000 },
    rejected: [{ name: 'unknown recipient', status: 404, body: {}, code: 'address_invalid' }],
  },
  addresses: {
    same: ['example:42', 'example:042', 'example: 42'],
    refused: ['tel:+15550100', 'example:abc'],
    sample: 'example:42424242',
  },
  samples: [{ kind: 'text', text: 'Hello there' }],
};
