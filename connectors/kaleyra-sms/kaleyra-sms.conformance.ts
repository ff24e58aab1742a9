import { headerCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b:1';
const refused = (status: number, code: string) => ({ status, body: { code, message: 'refused', error: {} } });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { sid: 'HXEXAMPLE1EU', type: 'TXN', callback_profile_id: 'EU_0b1c2d3e' },
  credentials: { api_key: 'example-api-key', hook_secret: 'example-hook-secret' },
  calls: headerCalls('Kaleyra', 'x-hook-secret', ({ credentials }) => credentials['hook_secret']!),
  ignored: {
    'its own echo': { id, source: '33639980100', recipient: '+33639980001', message: 'x' },
    'an unknown state': { id, status: 'PONDERED', status_trace: 'PONDERED' },
    'an unknown event': { id, weather: 'fine' },
    'nothing at all': {},
  },
  answers: {
    ok: { status: 202, body: { id: 'x', data: [{ message_id: id, recipient: '+33639980001' }], error: {} } },
    providerIds: [id],
    unauthorized: refused(401, 'RBC401'),
    throttled: refused(429, 'RBC429'),
    rejected: [['a wrong request', refused(400, 'RBC001'), 'platform_refused']],
  },
});
