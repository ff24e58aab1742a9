import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
const refused = (status: number, says: string) => ({ status, body: `Error "${says}"` });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { username: 'example' },
  credentials: { password: 'example-password', hook_token: 'example-hook-token' },
  calls: tokenCalls('Jasmin'),
  toldInBodies: ['hook_token', 'password'],
  ignored: {
    'its own echo': writeForm({ id, from: '33639980100', 'origin-connector': 'c', content: 'x' }),
    'an unknown event': writeForm({ id, weather: 'fine' }),
    'an unknown state': writeForm({ id, level: '2', message_status: 'PONDERD' }),
  },
  answers: {
    ok: { status: 200, body: `Success "${id}"` },
    providerIds: [id],
    unauthorized: refused(403, 'Authentication failure for username:example'),
    throttled: refused(429, 'Too many requests'),
    rejected: [
      ['no route', refused(412, 'No route found'), 'no_route'],
      ['a wrong argument', refused(400, 'Argument to has an invalid value'), 'platform_refused'],
    ],
  },
});
