import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 'msg_01KAP00000000000000000TEST.0';

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { username: 'example' },
  credentials: { password: 'example-password', hook_token: 'example-hook-token' },
  calls: tokenCalls('Kannel'),
  // everything stands in the address; so does what the suite makes up
  asked: ({ text = '', ...request }) =>
    request.query === undefined ? { ...request, method: 'GET', query: text } : request,
  ignored: {
    'its own echo': writeForm({ from: '+33639980100', coding: '0', text: 'x' }),
    'a binary message': writeForm({ from: '+33639980001', coding: '1', text: 'x', hex: '00' }),
    'an unknown event': writeForm({ weather: 'fine' }),
    'a state on the way': writeForm({ id, report: '4' }),
  },
  answers: {
    ok: { status: 202, body: '0: Accepted for delivery' },
    providerIds: [id],
    unauthorized: { status: 403, body: 'Authorization failed for sendsms' },
    throttled: { status: 429, body: 'Slow down' },
    rejected: [['a number that is none', { status: 400, body: 'Garbage to field' }, 'platform_refused']],
  },
  skips: {
    'a text cut by its limit goes out whole and in order':
      'the text goes out in the address, where the check does not look',
  },
});
