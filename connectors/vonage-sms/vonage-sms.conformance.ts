import { createHash } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', api_key: 'abcd1234', sender: '+33639980100', country: 'FR' },
  credentials: { api_secret: 'example-api-secret', signature_secret: 'example-signature-secret' },
  hookUrl: 'https://gateway.test/hooks/vonage-sms/acc_01KAP00000000000000000TEST',
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token as Vonage's document has it, made here and not by what is tested. */
function signed(
  request: HookRequest,
  header: object = { alg: 'HS256', typ: 'JWT' },
  atMs = suiteNowMs,
): HookRequest {
  const claims = {
    iat: atMs / 1000,
    jti: id,
    iss: 'Vonage',
    payload_hash: createHash('sha256').update(request.body).digest('hex'),
    api_key: account.config.api_key,
  };
  const token = `${part(header)}.${part(claims)}`;
  const signature = hmac('sha256', account.credentials.signature_secret, token).toString('base64url');
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}.${signature}` } };
}

const problem = (type: string, status: number) => ({
  status,
  body: {
    type: `https://developer.vonage.com/api-errors${type}`,
    title: 'refused',
    detail: 'x',
    instance: 'i-1',
  },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'a token without a signature': (request) => ({
      ...request,
      headers: { ...request.headers, authorization: request.headers['authorization']?.replace(/[^.]*$/, '') },
    }),
    'a token of another algorithm': (request) => signed(request, { alg: 'none' }),
    'a stale token': (request) => signed(request, undefined, suiteNowMs - 26 * 3_600_000),
  },
  ignored: {
    'another channel': {
      channel: 'whatsapp',
      message_uuid: id,
      message_type: 'text',
      from: '33639980001',
      text: 'x',
    },
    'its own echo': {
      channel: 'sms',
      message_uuid: id,
      message_type: 'text',
      from: '33639980100',
      text: 'x',
    },
    'an unknown event': {
      channel: 'sms',
      message_uuid: id,
      message_type: 'unsupported',
      from: '33639980001',
    },
    'an unknown state': { channel: 'sms', message_uuid: id, status: 'pondered' },
  },
  answers: {
    ok: { status: 202, body: { message_uuid: id } },
    providerIds: [id],
    unauthorized: problem('#unauthorized', 401),
    throttled: { ...problem('#throttled', 429), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a number that is none', ...problem('/messages#1170', 422), code: 'address_invalid' },
      { name: 'no credit', ...problem('#low-balance', 402), code: 'balance_exhausted' },
      { name: 'a sender that is not allowed', ...problem('/messages#1120', 422), code: 'platform_refused' },
      { name: 'a consumer who said STOP', ...problem('/messages#1240', 422), code: 'opted_out' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
};
