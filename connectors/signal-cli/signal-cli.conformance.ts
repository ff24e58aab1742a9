import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const account = {
  id: 'acc_01KAP000000000000000SIGNAL',
  merchantId: 'mer_01KAP000000000000000SIGNAL',
  test: true,
  config: { base_url: 'http://platform.test', number: '+33639980099' },
  credentials: { hook_token: 'hook-token-of-our-own', authorization: 'Basic ZXhhbXBsZTpleGFtcGxl' },
  hookUrl: 'https://gateway.test/hooks/signal-cli/acc_01KAP000000000000000SIGNAL',
};
const noa = '11111111-2222-4333-8444-555555555555';

const called = (request: HookRequest, ...tokens: string[]): HookRequest => {
  const query = new URLSearchParams(tokens.map((token) => ['token', token]));
  return { ...request, query, url: `${account.hookUrl}?${query}` };
};
const refused = (status: number) => ({ status, body: { error: 'of our own' } });
const event = (over: object, to = '+33639980099') => ({
  jsonrpc: '2.0',
  method: 'receive',
  params: {
    account: to,
    envelope: { source: noa, sourceUuid: noa, sourceNumber: null, timestamp: 1795348800000, ...over },
  },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => called(fixtureRequest(fixture, account), account.credentials.hook_token),
  spoil: {
    'another token': (request) => called(request, 'hook-token-of-our-owm'),
    'an empty token': (request) => called(request, ''),
    'the token among others': (request) => called(request, 'x', account.credentials.hook_token),
  },
  ignored: {
    'its own echo': event({ syncMessage: { sentMessage: { timestamp: 1795348800000, message: 'Hello' } } }),
    'an own number': event({
      sourceNumber: '+33639980099',
      dataMessage: { timestamp: 1795348800000, message: 'Hello' },
    }),
    'an unknown event': event({ callMessage: { offerMessage: {} } }),
    'another number of that server': event(
      { dataMessage: { timestamp: 1795348800000, message: 'Hello' } },
      '+33639980098',
    ),
    'a group': event({
      dataMessage: {
        timestamp: 1795348800000,
        message: 'Hello',
        groupInfo: { groupId: 'x', type: 'DELIVER' },
      },
    }),
    'an empty message': event({ dataMessage: { timestamp: 1795348800000, message: null } }),
  },
  answers: {
    ok: { status: 201, body: { timestamp: '1795348900000' } },
    providerIds: ['own:1795348900000'],
    unauthorized: refused(401),
    throttled: { ...refused(429), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { name: 'refused for a reason in words', ...refused(400), code: 'platform_refused' },
      { name: 'trouble inside', ...refused(500), code: 'platform_unavailable' },
      { name: 'too large for a proxy', ...refused(413), code: 'content_too_large' },
    ],
  },
  addresses: {
    same: [`signal:${noa}`, `Signal:${noa.toUpperCase()}`],
    refused: ['tel:+15550100', 'signal:noa', 'signal:0639980001', 'signal:11111111-2222'],
    sample: `signal:${noa}`,
  },
  samples: [
    sample.text,
    sample.picture,
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.typing,
    sample.read,
  ],
  skips: {
    'refuses a stale request':
      'a static token has no time: de-duplication on author and time of a message is what stops a replay',
    'refuses a tampered body': 'a static token says nothing of the body: TLS has to',
  },
};
