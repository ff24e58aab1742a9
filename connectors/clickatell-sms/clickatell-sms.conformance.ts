import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e4f504a618b729c8d0e1f2a3b';
const timestamp = 1_795_348_800_000;

const call = (event: object) => ({ integrationId: 'i1', integrationName: 'shop', event });
const answer = (status: number, error?: object) => ({
  status,
  body: {
    messages: [
      { apiMessageId: error ? null : id, accepted: !error, to: '33639980001', error: error ?? null },
    ],
  },
});
const refused = (status: number, code: number) => ({
  status,
  body: { messages: [], error: { code, description: 'x' } },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('Clickatell'),
  ignored: {
    'its own echo': call({
      moText: [{ channel: 'sms', messageId: id, from: '33639980100', content: 'x', timestamp }],
    }),
    'another channel': call({
      moText: [{ channel: 'whatsapp', messageId: id, from: '33639980001', content: 'x' }],
    }),
    'a state on the way': call({
      messageStatusUpdate: [{ channel: 'sms', messageId: id, statusCode: 2, timestamp }],
    }),
    'an unknown event': call({ weather: [{ channel: 'sms' }] }),
  },
  answers: {
    ok: answer(202),
    providerIds: [id],
    unauthorized: refused(401, 1),
    throttled: refused(429, 43),
    rejected: [
      ['a number that is none', answer(202, { code: 25, description: 'x' }), 'address_invalid'],
      ['a consumer who opted out', answer(202, { code: 26, description: 'x' }), 'opted_out'],
      ['no balance', refused(402, 20), 'balance_exhausted'],
      ['a malformed request', refused(400, 21), 'content_refused'],
      ['an integration without SMS', answer(202, { code: 39, description: 'x' }), 'account_unauthorized'],
      ['a sender that is stopped', answer(202, { code: 44, description: 'x' }), 'account_suspended'],
      ['a code of next year', refused(400, 250), 'platform_refused'],
    ],
  },
});
