import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: {
    base_url: 'http://platform.test',
    sender_id: 'soft-harbor',
    sender: '+33639980100',
    country: 'FR',
  },
  credentials: { api_token: 'example-api-token', hook_secret: 'example-hook-secret' },
  hookUrl: 'https://gateway.test/hooks/zenvia-sms/acc_01KAP00000000000000000TEST',
};

/** The call as Zenvia makes it: with the header that the subscription names. */
function called(request: HookRequest, secret = account.credentials.hook_secret): HookRequest {
  return { ...request, headers: { ...request.headers, 'x-hook-secret': secret } };
}

const message = (more: object) => ({
  id: 'e1',
  type: 'MESSAGE',
  channel: 'sms',
  message: { id, from: '33639980001', direction: 'IN', contents: [{ type: 'text', text: 'x' }], ...more },
});
const refused = (status: number, code: string) => ({ status, body: { code, message: 'x', details: [] } });

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => called(fixtureRequest(fixture, account)),
  spoil: {
    'another secret': (request) => called(request, 'example-other-secret'),
    'an empty secret': (request) => called(request, ''),
  },
  ignored: {
    'its own echo': JSON.stringify(message({ from: '33639980100' })),
    'an event of what was sent': JSON.stringify(message({ direction: 'OUT' })),
    'a message of another channel': JSON.stringify({ ...message({}), channel: 'whatsapp' }),
    'an unknown event': JSON.stringify({ id: 'e1', type: 'CONVERSATION_STATUS', channel: 'sms' }),
  },
  answers: {
    ok: {
      status: 200,
      body: {
        id,
        from: 'soft-harbor',
        to: '33639980001',
        direction: 'OUT',
        channel: 'sms',
        contents: [{ type: 'text', text: 'x' }],
      },
    },
    providerIds: [id],
    unauthorized: refused(401, 'AUTHENTICATION_ERROR'),
    throttled: { ...refused(429, 'TOO_MANY'), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a request that is wrong', ...refused(400, 'VALIDATION_ERROR'), code: 'platform_refused' },
      { name: 'something that is not there', ...refused(404, 'NOT_FOUND'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'Zenvia signs nothing: a secret header is all there is',
    'refuses a tampered body': 'Zenvia signs no bodies: TLS is what stops a change',
  },
};
