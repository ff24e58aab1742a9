import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = '1F0A0000-0000-6000-8000-000000000001';

const answered = (status: number, code: string, message?: object) => ({
  status,
  body: {
    http_code: status,
    response_code: code,
    response_msg: 'x',
    data: message ? { total_count: 1, messages: [message] } : null,
  },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { username: 'example' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('ClickSend'),
  ignored: {
    'its own echo': writeForm({ message_id: id, from: '+33639980100', body: 'x' }),
    'a state on the way': writeForm({ message_id: id, status_code: '300' }),
    'an unknown event': writeForm({ weather: 'fine' }),
  },
  answers: {
    ok: answered(200, 'SUCCESS', { message_id: id, to: '+33639980001', status: 'SUCCESS' }),
    providerIds: [id],
    unauthorized: answered(401, 'UNAUTHORIZED'),
    throttled: answered(429, 'TOO_MANY_REQUESTS'),
    rejected: [
      [
        'a number that is none',
        answered(200, 'SUCCESS', { to: '+331', status: 'INVALID_RECIPIENT' }),
        'address_invalid',
      ],
      [
        'no credit',
        answered(200, 'SUCCESS', { message_id: id, status: 'INSUFFICIENT_CREDIT' }),
        'balance_exhausted',
      ],
      ['a request that is wrong', answered(400, 'BAD_REQUEST'), 'platform_refused'],
    ],
  },
});
