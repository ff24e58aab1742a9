import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 'ATXid_0b1c2d3e4f504a618b729c8d0e1f2a3b';

const answer = (statusCode: number, status: string, messageId = 'None') => ({
  status: 201,
  body: {
    SMSMessageData: {
      Message: 'Sent to 1/1 Total Cost: EUR 0.0500',
      Recipients: [{ statusCode, number: '+33639980001', status, cost: 'EUR 0.0500', messageId }],
    },
  },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { username: 'example', sender: '38064' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('Africa’s Talking'),
  ignored: {
    'its own echo': writeForm({ id: 'x', from: '38064', to: '+33639980001', text: 'x' }),
    'an opt-out': writeForm({ senderId: '38064', phoneNumber: '+33639980001' }),
    'a state on the way': writeForm({ id, status: 'Buffered', phoneNumber: '+33639980001' }),
    'an unknown event': writeForm({ id, weather: 'fine' }),
  },
  answers: {
    ok: answer(101, 'Success', id),
    providerIds: [id],
    unauthorized: { status: 401, body: 'The supplied authentication is invalid' },
    throttled: { status: 429, body: 'Too many requests' },
    rejected: [
      ['a number that is wrong', answer(403, 'InvalidPhoneNumber'), 'address_invalid'],
      ['no balance', answer(405, 'InsufficientBalance'), 'balance_exhausted'],
      ['a blacklisted number', answer(406, 'UserInBlacklist'), 'opted_out'],
      ['a wrong sender', answer(402, 'InvalidSenderId'), 'platform_refused'],
    ],
  },
});
