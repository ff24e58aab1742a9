import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = '1F0A0000-0000-6000-8000-000000000001';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', username: 'example', sender: '+33639980100', country: 'FR' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/clicksend-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the platform makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const answered = (status: number, code: string, message?: object) => ({
  status,
  body: {
    http_code: status,
    response_code: code,
    response_msg: 'x',
    data: message ? { total_count: 1, messages: [message] } : null,
  },
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
    'its own echo': writeForm({ message_id: id, from: '+33639980100', body: 'x' }),
    'a state on the way': writeForm({ message_id: id, status_code: '300' }),
    'an unknown event': writeForm({ weather: 'fine' }),
  },
  answers: {
    ok: answered(200, 'SUCCESS', { message_id: id, to: '+33639980001', status: 'SUCCESS' }),
    providerIds: [id],
    unauthorized: answered(401, 'UNAUTHORIZED'),
    throttled: { ...answered(429, 'TOO_MANY_REQUESTS'), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      {
        name: 'a number that is none',
        ...answered(200, 'SUCCESS', { to: '+331', status: 'INVALID_RECIPIENT' }),
        code: 'address_invalid',
      },
      {
        name: 'no credit',
        ...answered(200, 'SUCCESS', { message_id: id, status: 'INSUFFICIENT_CREDIT' }),
        code: 'balance_exhausted',
      },
      { name: 'a request that is wrong', ...answered(400, 'BAD_REQUEST'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'ClickSend signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'ClickSend signs no bodies: TLS is what stops a change',
  },
};
