import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-11ee-8b72-9c8d0e1f2a3b';
const event = (name: string, data: object) => ({ id: 'e1', name, created_at: 1_795_348_800, data });
const refused = (status: number) => ({ status, body: { title: 'An error occurred', detail: 'x' } });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_token: '4711:example-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('LOX24'),
  ignored: {
    'its own echo': event('sms.incoming', { id, from: '+33639980100', text: 'x' }),
    'a text that says nothing': event('sms.incoming', { id, from: '+33639980001', text: null }),
    'a state on the way': event('sms.delivery', { id, dlr_code: 2, status_code: 100 }),
    'an unknown event': event('voice.delivery', { id }),
    'a send that was a trial': event('sms.delivery.dryrun', { id, dlr_code: 1, status_code: 100 }),
  },
  answers: {
    ok: { status: 201, body: { uuid: id, phone: '+33639980001', status_code: 0, dlr_code: 0 } },
    providerIds: [id],
    unauthorized: refused(401),
    throttled: refused(429),
    rejected: [
      ['no credit', refused(402), 'balance_exhausted'],
      ['an account that is not active', refused(403), 'account_suspended'],
      ['a request that is wrong', refused(400), 'platform_refused'],
    ],
  },
});
