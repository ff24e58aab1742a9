import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '5f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b';
const sent = (status: string) => ({
  status: 200,
  body: {
    info: { totalPhoneNumbers: 1, totalValid: 1, totalParts: 1 },
    data: [{ msgId: id, status, statusCode: 1, errorCode: null, to: '+33639980001', parts: 1 }],
  },
});
const refused = (status: number, type: string, code: number) => ({
  status,
  body: { error: { type, message: 'x', uri: 'https://example.com', code } },
});
const report = { campaignId: 'c', msgId: id, statusCode: 1, errorCode: null };
const event = (name: string, ...data: object[]) => ({ event: name, data });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('SMS Connexion'),
  toldInBodies: ['hook_token'],
  ignored: {
    'its own echo': event('receive_sms', {
      msgId: id,
      from: '+33639980100',
      text: 'x',
      receivedAt: '2026-11-22 12:00:00',
    }),
    'a state nobody knows': event('dlr_update', { ...report, status: 'PONDERED' }),
    'an unknown event': event('shortlink_hit', { hitId: 1 }),
    'nothing at all': event('dlr_update'),
  },
  answers: {
    ok: sent('ACCEPTED'),
    providerIds: [id],
    unauthorized: refused(401, 'invalid_api_key', 1000),
    throttled: refused(429, 'rate_limit', 1001),
    rejected: [
      ['a consumer who has opted out', sent('REJECTED'), 'opted_out'],
      ['a country that is not served', sent('NO COVERAGE'), 'no_route'],
      ['a country that is refused', refused(403, 'no_coverage', 1119), 'no_route'],
      ['a number that is none', refused(400, 'invalid_param', 1207), 'address_invalid'],
      ['no credit', refused(400, 'insufficient_credit', 1113), 'balance_exhausted'],
      ['a parameter that is wrong', refused(400, 'invalid_param', 1106), 'platform_refused'],
    ],
  },
});
