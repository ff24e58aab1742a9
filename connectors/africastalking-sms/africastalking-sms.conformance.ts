import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 'ATXid_0b1c2d3e4f504a618b729c8d0e1f2a3b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', username: 'example', sender: '38064', country: 'FR' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/africastalking-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the aggregator makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const recipient = (statusCode: number, status: string, messageId = 'None') => ({
  SMSMessageData: {
    Message: 'Sent to 1/1 Total Cost: EUR 0.0500',
    Recipients: [{ statusCode, number: '+33639980001', status, cost: 'EUR 0.0500', messageId }],
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
    'its own echo': writeForm({ id: 'x', from: '38064', to: '+33639980001', text: 'x' }),
    'an opt-out': writeForm({ senderId: '38064', phoneNumber: '+33639980001' }),
    'a state on the way': writeForm({ id, status: 'Buffered', phoneNumber: '+33639980001' }),
    'an unknown event': writeForm({ id, weather: 'fine' }),
  },
  answers: {
    ok: { status: 201, body: recipient(101, 'Success', id) },
    providerIds: [id],
    unauthorized: { status: 401, body: 'The supplied authentication is invalid' },
    throttled: {
      status: 429,
      body: 'Too many requests',
      headers: { 'retry-after': '2' },
      retryAfterMs: 2000,
    },
    rejected: [
      {
        name: 'a number that is wrong',
        status: 201,
        body: recipient(403, 'InvalidPhoneNumber'),
        code: 'address_invalid',
      },
      {
        name: 'no balance',
        status: 201,
        body: recipient(405, 'InsufficientBalance'),
        code: 'balance_exhausted',
      },
      {
        name: 'a blacklisted number',
        status: 201,
        body: recipient(406, 'UserInBlacklist'),
        code: 'opted_out',
      },
      {
        name: 'a wrong sender',
        status: 201,
        body: recipient(402, 'InvalidSenderId'),
        code: 'platform_refused',
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
    'refuses a stale request': 'Africa’s Talking signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'Africa’s Talking signs no bodies: TLS is what stops a change',
  },
};
