import { generateKeyPairSync, sign } from 'node:crypto';
import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');

const signedBy = (key: typeof privateKey) =>
  signedCalls(
    ({ body }, _, atMs) => ({
      'telnyx-timestamp': String(atMs / 1000),
      'telnyx-signature-ed25519': sign(
        null,
        Buffer.concat([Buffer.from(`${atMs / 1000}|`), body]),
        key,
      ).toString('base64'),
    }),
    { platform: 'Telnyx', toleranceMs: 300_000 },
  );
const calls = signedBy(privateKey);
const event = (type: string, payload: object) => ({ data: { event_type: type, payload } });
const refused = (code: string, status: number) => ({
  status,
  body: { errors: [{ code, title: 'refused', detail: 'x' }] },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { sender: '+12025550100' },
  credentials: {
    api_key: 'example-api-key',
    public_key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
  },
  calls: {
    ...calls,
    spoil: { ...calls.spoil, 'another key': signedBy(generateKeyPairSync('ed25519').privateKey).make },
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
    throttled: refused('10011', 429),
    rejected: [
      ['a number that is none', refused('10002', 422), 'address_invalid'],
      ['a key without the right', refused('10010', 403), 'account_unauthorized'],
      ['a code that nobody knows', refused('40999', 400), 'platform_refused'],
    ],
  },
});
