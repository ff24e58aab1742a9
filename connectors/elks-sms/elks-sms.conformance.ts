import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 's0b1c2d3e4f504a618b729c8d0e1f2a3b';

const refused = (status: number, body: string) => ({ status, body });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { username: 'uexample' },
  credentials: { password: 'example-password', hook_token: 'example-hook-token' },
  calls: tokenCalls('46elks'),
  ignored: {
    'its own echo': writeForm({ direction: 'incoming', id, from: '+33639980100', message: 'x' }),
    'what was sent': writeForm({ direction: 'outgoing', id, from: '+33639980001', message: 'x' }),
    'a state on the way': writeForm({ id, status: 'created' }),
    'an unknown event': writeForm({ callid: id, result: 'busy' }),
  },
  answers: {
    ok: {
      status: 200,
      body: {
        id,
        status: 'created',
        direction: 'outgoing',
        from: '+33639980100',
        to: '+33639980001',
        created: '2026-11-22T12:00:00.000000',
        parts: 1,
        cost: 3500,
        message: 'x',
      },
    },
    providerIds: [id],
    unauthorized: refused(401, 'API access requires Basic HTTP authentication.'),
    throttled: refused(429, 'Slow down'),
    rejected: [['a field that is missing', refused(400, 'Missing key to'), 'platform_refused']],
  },
  toldInBodies: ['hook_token'],
});
