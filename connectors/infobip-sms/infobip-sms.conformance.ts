import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const id = '0a1b2c3d4e5f-6071-8293-a4b5-c6d7e8f90a1b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', sender: 'ACME', country: 'FR' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  hookUrl: 'https://gateway.test/hooks/infobip-sms/acc_01KAP00000000000000000TEST',
};

/** The call as the aggregator makes it: to the address it was given, token and all. */
function called(request: HookRequest, token = account.credentials.hook_token): HookRequest {
  const query = new URLSearchParams(request.query);
  query.set('token', token);
  return { ...request, url: `${request.url.split('?')[0]}?${query.toString()}`, query };
}

const answer = (name: string, groupId: number) => ({
  status: 200,
  body: {
    messages: [
      {
        messageId: id,
        status: { groupId, groupName: 'x', id: 1, name, description: 'x' },
        destination: '33639980001',
      },
    ],
  },
});

const refused = (errorCode: string, status: number) => ({
  status,
  body: { errorCode, description: 'refused', action: 'x', violations: [], resources: [] },
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
    'a click': { notificationType: 'CLICKED', recipient: '33639980001', messageId: id },
    'its own echo': {
      results: [
        {
          messageId: id,
          from: 'ACME',
          to: '33639980100',
          text: 'x',
          receivedAt: '2026-11-22T12:00:00.000+0000',
        },
      ],
    },
    'an unknown event': { results: [{ messageId: id, event: 'WEATHER' }] },
    'an unknown state': {
      results: [{ messageId: id, status: { groupName: 'PONDERED', name: 'PONDERED_LONG' } }],
    },
    'nothing at all': { results: [] },
  },
  answers: {
    ok: answer('PENDING_ACCEPTED', 1),
    providerIds: [id],
    unauthorized: refused('E401', 401),
    throttled: { ...refused('E429', 429), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a number that is none', ...answer('REJECTED_DESTINATION', 5), code: 'address_invalid' },
      { name: 'no credit', ...answer('REJECTED_NOT_ENOUGH_CREDITS', 5), code: 'balance_exhausted' },
      { name: 'a consumer on the do-not-disturb list', ...answer('REJECTED_DND', 5), code: 'opted_out' },
      { name: 'a sender that is not registered', ...answer('REJECTED_SOURCE', 5), code: 'platform_refused' },
      { name: 'a key without the scope', ...refused('E403', 403), code: 'account_unauthorized' },
      { name: 'a malformed request', ...refused('E400', 400), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  toldInBodies: ['hook_token'],
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'Infobip signs nothing: a secret in the address is all there is',
    'refuses a tampered body': 'Infobip signs no bodies: TLS is what stops a change',
  },
};
