import { createHash, createHmac } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const id = '77140000001';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: { base_url: 'http://platform.test', sender: '+33639980100', country: 'FR' },
  credentials: { api_key: 'example-api-key', signing_key: 'example-signing-key' },
  hookUrl: 'https://gateway.test/hooks/seven-sms/acc_01KAP00000000000000000TEST',
};

/** The signature as seven's document has it, made here and not by what is tested. */
function signed(request: HookRequest, atMs = suiteNowMs, key = account.credentials.signing_key): HookRequest {
  const time = String(atMs / 1000);
  const nonce = 'fpPRhAd1s8GXacfR39mWqKPynmmXfJnc';
  const md5 = createHash('md5').update(request.body).digest('hex');
  const signature = createHmac('sha256', key)
    .update(`${time}\n${nonce}\n${request.method}\n${request.url}\n${md5}`)
    .digest('hex');
  const headers = { 'x-timestamp': time, 'x-nonce': nonce, 'x-signature': signature };
  return { ...request, headers: { ...request.headers, ...headers } };
}

const event = (name: string, data: object) => ({ webhook_event: name, data });
const answered = (success: string, error: string | null = null) => ({
  status: 200,
  body: {
    success,
    total_price: 0,
    balance: 1,
    debug: 'false',
    sms_type: 'direct',
    messages:
      error === null ? [] : [{ id: null, recipient: '33639980001', success: false, error, error_text: 'x' }],
  },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another address': (request) => ({ ...request, url: `${request.url}/x` }),
    'another key': (request) => signed(request, undefined, 'example-other-key'),
    'a stale signature': (request) => signed(request, suiteNowMs - 301_000),
  },
  ignored: {
    'its own echo': event('sms_mo', { id, sender: '33639980100', text: 'x' }),
    'a state on the way': event('dlr', { msg_id: id, status: 'QUEUED' }),
    'an unknown event': event('tracking', { sms_id: id, type: 'click' }),
  },
  answers: {
    ok: {
      status: 200,
      body: {
        ...answered('100').body,
        messages: [{ id, recipient: '33639980001', success: true, error: null }],
      },
    },
    providerIds: [id],
    unauthorized: { status: 401, body: { success: '900' } },
    throttled: { status: 429, body: {}, headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { name: 'a key that is none', ...answered('900'), code: 'account_unauthorized' },
      { name: 'a number that is none', ...answered('101', '202'), code: 'address_invalid' },
      { name: 'no credit', ...answered('500'), code: 'balance_exhausted' },
      { name: 'a code that nobody knows', ...answered('799'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
};
