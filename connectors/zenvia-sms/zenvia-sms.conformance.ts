import { headerCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
const contents = [{ type: 'text', text: 'x' }];

const message = (more: object) => ({
  id: 'e1',
  type: 'MESSAGE',
  channel: 'sms',
  message: { id, from: '33639980001', direction: 'IN', contents, ...more },
});
const refused = (status: number, code: string) => ({ status, body: { code, message: 'x', details: [] } });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { sender_id: 'soft-harbor' },
  credentials: { api_token: 'example-api-token', hook_secret: 'example-hook-secret' },
  calls: headerCalls('Zenvia', 'x-hook-secret', ({ credentials }) => credentials['hook_secret']!),
  ignored: {
    'its own echo': message({ from: '33639980100' }),
    'an event of what was sent': message({ direction: 'OUT' }),
    'a message of another channel': { ...message({}), channel: 'whatsapp' },
    'an unknown event': { id: 'e1', type: 'CONVERSATION_STATUS', channel: 'sms' },
  },
  answers: {
    ok: { status: 200, body: { id, from: 'soft-harbor', to: '33639980001', direction: 'OUT', contents } },
    providerIds: [id],
    unauthorized: refused(401, 'AUTHENTICATION_ERROR'),
    throttled: refused(429, 'TOO_MANY'),
    rejected: [
      ['a request that is wrong', refused(400, 'VALIDATION_ERROR'), 'platform_refused'],
      ['something that is not there', refused(404, 'NOT_FOUND'), 'platform_refused'],
    ],
  },
});
