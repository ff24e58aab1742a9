import { headerCalls, smsSpec } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '17953488000000example1';
const basic = (password: string) => `Basic ${Buffer.from(`passerelle:${password}`).toString('base64')}`;
const event = (type: string, message: object) => [
  { type, time: '2026-11-22T12:00:00Z', to: '+12025550100', message: { id, direction: 'in', ...message } },
];
const refused = (status: number, type: string) => ({ status, body: { type, description: 'refused' } });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: {
    sender: '+12025550100',
    account_id: '5500100',
    application_id: '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b',
    application_name: 'Shop',
    account_url: 'http://platform.test',
    token_url: 'http://platform.test/token',
  },
  credentials: {
    client_id: 'example-client',
    client_secret: 'example-client-secret',
    hook_password: 'example-hook-password',
  },
  calls: headerCalls('Bandwidth', 'authorization', ({ credentials }) => basic(credentials['hook_password']!)),
  steps: ({ url }) =>
    url.endsWith('/token')
      ? { status: 200, body: { access_token: 'example-access', expires_in: 3600 } }
      : undefined,
  ignored: {
    'its own echo': event('message-received', { from: '+12025550100', text: 'x' }),
    'an unknown event': event('message-pondered', { from: '+12025550123', text: 'x' }),
    'an unknown state': event('message-pondered', { direction: 'out' }),
    'nothing at all': [],
  },
  answers: {
    ok: { status: 202, body: { id, owner: '+12025550100', direction: 'out', segmentCount: 1, tag: 'x' } },
    providerIds: [id],
    unauthorized: refused(401, 'unauthorized'),
    throttled: refused(429, 'message-rate-limit'),
    rejected: [
      ['a wrong request', refused(400, 'request-validation'), 'platform_refused'],
      ['an account without the right', refused(403, 'forbidden'), 'account_unauthorized'],
    ],
  },
});
