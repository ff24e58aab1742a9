import { createHmac } from 'node:crypto';
import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0123456789ABCDEF0123456789ABCD01';

const customer_id = 'FFFFFFFF-0000-4000-8000-000000000001';

/** The signature as Telesign's document has it, made here and not by what is tested. */
const calls = signedCalls(
  ({ body }) => {
    const signature = createHmac('sha256', 'example-api-key').update(body).digest('base64');
    return { authorization: `TSA ${customer_id}:${signature}` };
  },
  { platform: 'Telesign' },
);

const event = (sub: string, user: object) => ({ reference_id: id, sub_resource: sub, user_response: user });
const refused = (status: number, code: number) => ({
  status,
  body: { reference_id: id, status: { code, description: 'x', updated_on: '2026-11-22T12:00:00.000000Z' } },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { customer_id, message_type: 'ARN' },
  credentials: { api_key: Buffer.from('example-api-key').toString('base64') },
  calls,
  ignored: {
    'its own echo': event('mo_sms', { phone_number: '33639980100', mo_message: 'x' }),
    'a message of another channel': { ...event('mo_whatsapp', {}), status: { code: 1500 } },
    'a state on the way': { reference_id: id, status: { code: 290 } },
    'an unknown event': { reference_id: id, weather: 'fine' },
  },
  answers: {
    ok: refused(200, 290),
    providerIds: [id],
    unauthorized: refused(401, 10022),
    throttled: refused(429, 10019),
    rejected: [
      ['a number that is none', refused(400, 11000), 'address_invalid'],
      ['an account that is suspended', refused(401, 10010), 'account_suspended'],
      ['a yes that is none', refused(200, 501), 'account_unauthorized'],
      ['a code that nobody knows', refused(400, 11099), 'platform_refused'],
    ],
  },
});
