import { gzipSync } from 'node:zlib';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { pictured, sample, see } from '../kit/samples.testing.ts';
import { connector } from './index.ts';
import { messageIdOf } from './outbound.ts';

const secret = Buffer.from('example secret of the provider!!').toString('base64');
const mspId = 'a0a0a0a0-0000-4000-8000-000000000001';
const businessId = 'b0b0b0b0-0000-4000-8000-00000000b12a';
const customer = 'urn:mbid:AQAAExampleOpaqueId0000000000/+==';

/** What Apple signs: the provider, and when. */
export function tokenUnder(key: string | Uint8Array, claims: object = {}, header: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const data = `${part({ alg: 'HS256', ...header })}.${part({ aud: mspId, iat: suiteNowMs / 1000, ...claims })}`;
  return `${data}.${hmac('sha256', key, data).toString('base64url')}`;
}
const key = Buffer.from(secret, 'base64');
const bearing = (request: HookRequest, token: string): HookRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});
const spoilt = (claims: object) => (request: HookRequest) => bearing(request, tokenUnder(key, claims));

const base = {
  id: 'e0e0e0e0-0000-4000-8000-000000000001',
  v: 1,
  sourceId: customer,
  destinationId: businessId,
};
const refused = (status: number) => ({ status, body: '' });

export const spec: ConformanceSpec = {
  connector: answeringSteps(connector, ({ url, headers }) => {
    // room for one byte is what the probe asks for
    if (url.endsWith('/preUpload') && headers?.['mmcs-size'] !== '1')
      return {
        status: 200,
        body: {
          'upload-url': 'http://platform.test/place/1',
          'mmcs-url': 'https://content.example.com/1',
          'mmcs-owner': 'M1example',
        },
      };
    return url.endsWith('/place/1')
      ? { status: 200, body: { singleFile: { fileChecksum: 'AYE=' } } }
      : undefined;
  }),
  account: {
    id: 'acc_01KAP00000000000000000APPL',
    merchantId: 'mer_01KAP00000000000000000APPL',
    test: true,
    config: { msp_id: mspId, business_id: businessId, base_url: 'http://platform.test/v1' },
    credentials: { secret },
    hookUrl: 'https://gateway.test/hooks/apple-messages/acc_01KAP00000000000000000APPL',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => {
    const request = fixtureRequest(fixture, spec.account);
    return bearing({ ...request, body: gzipSync(request.body) }, tokenUnder(key));
  },
  spoil: {
    'another secret': (request) => bearing(request, tokenUnder('another')),
    'the secret as it is written': (request) => bearing(request, tokenUnder(secret)),
    'another provider': spoilt({ aud: 'a0a0a0a0-0000-4000-8000-000000000002' }),
    'no provider': spoilt({ aud: undefined }),
    'no time': spoilt({ iat: undefined }),
    'no algorithm': (request) => bearing(request, tokenUnder(key, {}, { alg: 'none' })),
    'a token of long ago': spoilt({ iat: suiteNowMs / 1000 - 3601 }),
    'a token of tomorrow': spoilt({ iat: suiteNowMs / 1000 + 86_400 }),
    'no token': (request) => ({ ...request, headers: { ...request.headers, authorization: undefined } }),
  },
  ignored: {
    'a message to another business of the provider': {
      ...base,
      destinationId: 'other-business',
      type: 'text',
      body: 'x',
    },
    'a message without content': { ...base, type: 'text', body: '\ufffc' },
    'an answer without data': { ...base, type: 'interactive' },
    'a message of nobody': { ...base, sourceId: 'somebody', type: 'text', body: 'x' },
    'an unknown event': { ...base, type: 'something_of_next_year' },
  },
  answers: {
    ok: { status: 200, body: '' },
    providerIds: [messageIdOf('msg_01KAP00000000000000000TEST.0')],
    unauthorized: refused(403),
    throttled: { ...refused(429), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { name: 'a message that is none', ...refused(400), code: 'content_refused' },
      { name: 'no token', ...refused(401), code: 'account_unauthorized' },
      { name: 'a customer whom Apple does not know', ...refused(404), code: 'address_invalid' },
      { name: 'trouble inside', ...refused(500), code: 'platform_unavailable' },
      { name: 'a status of next year', ...refused(418), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: [
      `apple-messages:${customer}`,
      `Apple-Messages:${customer}`,
      `apple-messages:URN:MBID:${customer.slice(9)}`,
    ],
    refused: ['apple-messages:urn:biz:b0b0b0b0', 'apple-messages:noa@example.com', 'tel:+33639980001'],
    sample: `apple-messages:${customer}`,
  },
  samples: [
    sample.text,
    sample.picture,
    sample.buttons,
    sample.list,
    { kind: 'card', card: pictured(see) },
    sample.typing,
    { kind: 'native', connector: 'apple-messages', payload: { type: 'text', body: 'x' }, text: 'x' },
  ],
  skips: {
    'refuses a tampered body': 'the token says who calls and when, and nothing of the body: TLS has to',
    'an answer that cannot be read is uncertain':
      'what was taken has an empty body, which the check calls unreadable: a page of somebody else is in outbound.test.ts',
    'ignores its own echo': 'Apple sends back nothing of the business itself',
  },
};
