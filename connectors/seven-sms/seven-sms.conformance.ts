import { createHash, createHmac } from 'node:crypto';
import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '77140000001';

/** The signature as seven's document has it, made here and not by what is tested. */
const calls = signedCalls(
  ({ method, url, body }, { credentials }, atMs) => {
    const time = String(atMs / 1000);
    const nonce = 'fpPRhAd1s8GXacfR39mWqKPynmmXfJnc';
    const md5 = createHash('md5').update(body).digest('hex');
    const data = [time, nonce, method, url, md5].join('\n');
    const signature = createHmac('sha256', credentials['signing_key']!).update(data).digest('hex');
    return { 'x-timestamp': time, 'x-nonce': nonce, 'x-signature': signature };
  },
  { platform: 'seven', toleranceMs: 300_000 },
);

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

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_key: 'example-api-key', signing_key: 'example-signing-key' },
  calls: {
    ...calls,
    spoil: { ...calls.spoil, 'another address': (request) => ({ ...request, url: `${request.url}/x` }) },
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
    throttled: { status: 429, body: {} },
    rejected: [
      ['a key that is none', answered('900'), 'account_unauthorized'],
      ['a number that is none', answered('101', '202'), 'address_invalid'],
      ['no credit', answered('500'), 'balance_exhausted'],
      ['a code that nobody knows', answered('799'), 'platform_refused'],
    ],
  },
});
