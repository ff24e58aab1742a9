import { createHash } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { noAddresses, numberSpellings, samples } from '../kit/whatsapp/testing.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', api_key: 'abcd1234', sender: '+33639980100', country: 'FR' },
  credentials: { api_secret: 'example-api-secret', signature_secret: 'example-signature-secret' },
  hookUrl: 'https://gateway.test/hooks/whatsapp-vonage/acc_01KAP00000000000000000TEST',
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

const event = {
  channel: 'whatsapp',
  message_uuid: id,
  message_type: 'text',
  from: '33639980001',
  text: 'x',
};

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
    'another channel': { ...event, channel: 'sms' },
    'its own echo': { ...event, from: '33639980100' },
    'an unknown event': { channel: 'whatsapp', message_uuid: id },
    'an unknown state': { channel: 'whatsapp', message_uuid: id, status: 'pondered' },
    nobody: { ...event, from: undefined },
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
      { name: 'a closed window', ...problem('/messages#1340', 422), code: 'window_closed' },
      { name: 'a consumer who said STOP', ...problem('/messages#1240', 422), code: 'opted_out' },
    ],
  },
  addresses: {
    same: numberSpellings,
    refused: noAddresses,
    sample: 'whatsapp:+33639980001',
  },
  samples: [
    samples.text,
    ...samples.media,
    samples.location,
    samples.contact,
    ...samples.choices,
    ...samples.cards,
    samples.reaction,
    {
      kind: 'template',
      name: 'order_ready',
      language: 'fr-FR',
      text: 'Ada, order 7 is ready',
      parameters: ['Ada', '7'],
      header: [{ type: 'image', id: 'med_5' }],
      buttons: [{ index: 0, type: 'quick_reply', value: 'COMING' }],
    },
    {
      kind: 'native',
      connector: 'whatsapp-vonage',
      payload: {
        message_type: 'custom',
        custom: {
          type: 'interactive',
          interactive: {
            type: 'location_request_message',
            body: { text: 'Where?' },
            action: { name: 'send_location' },
          },
        },
      },
      text: 'Where are you?',
    },
  ],
};
