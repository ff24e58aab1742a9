import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = '613F1B14346335B944450001';

const answered = (status: number, body: object) => ({ status, body });
const refused = (error: number, status = 200) => answered(status, { error, message: 'x' });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_token: 'example-api-token', hook_token: 'example-hook-token' },
  calls: tokenCalls('SMSAPI'),
  ignored: {
    'its own echo': writeForm({ sms_from: '33639980100', sms_text: 'x' }),
    'a state on the way': writeForm({ MsgId: id, status: '409' }),
    'an unknown event': writeForm({ weather: 'fine' }),
  },
  answers: {
    ok: answered(200, {
      count: 1,
      list: [{ id, points: 0.16, number: '33639980001', status: 'QUEUE', error: null, idx: null }],
    }),
    providerIds: [id],
    unauthorized: refused(101, 401),
    throttled: answered(429, {}),
    rejected: [
      ['no credits', refused(103), 'balance_exhausted'],
      ['an address that may not call', refused(105), 'account_unauthorized'],
      ['a number that is none', refused(13), 'address_invalid'],
      ['a code that nobody knows', refused(99), 'platform_refused'],
    ],
  },
  toldInBodies: ['hook_token'],
});
