import { generateKeyPairSync, sign } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', sender: '+12025550100', country: 'FR' },
  credentials: {
    api_key: 'example-api-key',
    public_key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
  },
  hookUrl: 'https://gateway.test/hooks/telnyx-sms/acc_01KAP00000000000000000TEST',
};

/** The signature as Telnyx's document has it, made here and not by what is tested. */
function signed(request: HookRequest, atMs = suiteNowMs, key = privateKey): HookRequest {
  const timestamp = String(atMs / 1000);
  const data = Buffer.concat([Buffer.from(`${timestamp}|`), request.body]);
  return {
    ...request,
    headers: {
      ...request.headers,
      'telnyx-timestamp': timestamp,
      'telnyx-signature-ed25519': sign(null, data, key).toString('base64'),
    },
  };
}

const event = (type: string, payload: object) => ({ data: { event_type: type, payload } });

const refused = (code: string, status: number) => ({
  status,
  body: { errors: [{ code, title: 'refused', detail: 'x' }] },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another key': (request) => signed(request, undefined, generateKeyPairSync('ed25519').privateKey),
    'a stale signature': (request) => signed(request, suiteNowMs - 301_000),
  },
  ignored: {
    'its own echo': event('message.received', { id, from: { phone_number: '+12025550100' }, text: 'x' }),
    'a state on the way': event('message.sent', { id, to: [{ status: 'sending' }] }),
    'an unknown event': event('message.pondered', { id }),
    'nothing at all': {},
  },
  answers: {
    ok: {
      status: 200,
      body: { data: { record_type: 'message', id, to: [{ status: 'queued' }], errors: [] } },
    },
    providerIds: [id],
    unauthorized: refused('10009', 401),
    throttled: { ...refused('10011', 429), headers: { 'retry-after': '1' }, retryAfterMs: 1000 },
    rejected: [
      { name: 'a number that is none', ...refused('10002', 422), code: 'address_invalid' },
      { name: 'a key without the right', ...refused('10010', 403), code: 'account_unauthorized' },
      { name: 'a code that nobody knows', ...refused('40999', 400), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [
    { kind: 'text', text: 'Your table for two is ready.' },
    { kind: 'media', media: { type: 'image', id: 'med_1', name: 'table.jpg' }, caption: 'Your table' },
  ],
};
