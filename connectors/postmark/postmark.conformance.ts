import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { mailAddresses, mailSamples } from '../kit/mail/samples.testing.ts';
import { connector } from './index.ts';
import { about } from './manifest.ts';

const token = 'conformance-hook-token';
const withToken = (request: HookRequest, value: string): HookRequest => ({
  ...request,
  url: `${request.url}?token=${value}`,
  query: new URLSearchParams({ token: value }),
});
const refusal = (status: number, ErrorCode: number) => ({ status, body: { ErrorCode, Message: 'refused' } });

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP00000000000000P0STMRK',
    merchantId: 'mer_01KAP00000000000000P0STMRK',
    test: true,
    config: about.config.parse({
      base_url: 'http://platform.test',
      address: 'support@shop.test',
      name: 'Shop',
    }),
    credentials: { server_token: 'conformance-server-token', hook_token: token },
    hookUrl: 'https://gateway.test/hooks/postmark/acc_01KAP00000000000000P0STMRK',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => withToken(fixtureRequest(fixture, spec.account), token),
  spoil: {
    'another token': (request) => withToken(request, 'another-hook-token'),
    'no token': (request) => ({ ...request, query: new URLSearchParams() }),
    'the token twice': (request) => ({ ...request, query: new URLSearchParams(`token=${token}&token=x`) }),
    'another password': (request) => ({
      ...request,
      headers: { ...request.headers, authorization: `Basic ${btoa('postmark:another-hook-token')}` },
    }),
  },
  ignored: {
    'an own echo': {
      FromFull: { Email: 'Support@shop.test', Name: 'Shop' },
      MessageID: 'e0a1',
      Headers: [],
      TextBody: 'Hello',
    },
    'a mail of nobody': { FromFull: { Email: '', Name: '' }, MessageID: 'e0a2', Headers: [] },
    'an open': { RecordType: 'Open', MessageID: 'e0a3', FirstOpen: true, Recipient: 'ada@example.com' },
    'a click': { RecordType: 'Click', MessageID: 'e0a3', Recipient: 'ada@example.com' },
    'an unknown event': { RecordType: 'OfNextYear', MessageID: 'e0a4' },
    'a delay': { RecordType: 'Bounce', Type: 'Transient', MessageID: 'e0a5', Email: 'ada@example.com' },
    'a suppression of ours': {
      RecordType: 'SubscriptionChange',
      Origin: 'Customer',
      SuppressSending: true,
      SuppressionReason: 'ManualSuppression',
      Recipient: 'ada@example.com',
    },
    'a delivery of nothing': { RecordType: 'Delivery', MessageID: null },
  },
  answers: {
    ok: {
      status: 200,
      body: {
        To: 'ada@example.com',
        ErrorCode: 0,
        Message: 'OK',
        MessageID: '0a129aee-e1cd-480d-b08d-4f48548ff48d',
      },
    },
    providerIds: ['<msg_01KAP00000000000000000TEST.0@shop.test>', '0a129aee-e1cd-480d-b08d-4f48548ff48d'],
    unauthorized: refusal(401, 10),
    throttled: { ...refusal(429, 429), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { ...refusal(422, 300), code: 'content_refused', name: 'an invalid mail' },
      { ...refusal(422, 400), code: 'account_unauthorized', name: 'no sender signature' },
      { ...refusal(422, 405), code: 'balance_exhausted', name: 'out of credits' },
      { ...refusal(422, 406), code: 'unreachable', name: 'an inactive recipient' },
      { ...refusal(422, 411), code: 'content_refused', name: 'a forbidden file' },
      { ...refusal(422, 412), code: 'account_suspended', name: 'a pending account' },
      { ...refusal(422, 100), code: 'platform_unavailable', name: 'maintenance' },
      { ...refusal(422, 9999), code: 'platform_refused', name: 'a code that nobody knows' },
      { status: 413, body: '', code: 'content_too_large', name: 'too large' },
    ],
  },
  addresses: mailAddresses,
  samples: mailSamples,
  skips: {
    'refuses a tampered body':
      'Postmark signs nothing: the secret in the address proves the caller, TLS the body',
    'refuses a stale request': 'Postmark signs no time: de-duplication is what stops a replay',
  },
};
