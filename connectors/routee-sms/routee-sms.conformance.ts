import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
const message = { messageId: 'm1', from: '+33639980001', message: 'x', direction: 'Inbound' };
const refused = (status: number, code: string) => ({ status, body: { code, developerMessage: 'x' } });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { application_id: 'example-application', token_url: 'http://platform.test/oauth/token' },
  credentials: { application_secret: 'example-application-secret', hook_token: 'example-hook-token' },
  calls: tokenCalls('Routee'),
  toldInBodies: ['hook_token'],
  steps: ({ url }) =>
    url.endsWith('/oauth/token')
      ? { status: 200, body: { access_token: 'example-access', token_type: 'bearer', expires_in: 3600 } }
      : undefined,
  ignored: {
    'its own echo': { ...message, from: '+33639980100' },
    'a state on the way': { messageId: id, status: { name: 'Queued' }, direction: 'Outbound' },
    'a state nobody knows': { messageId: id, status: { name: 'Pondered' }, direction: 'Outbound' },
    'an unknown event': { weather: 'fine' },
  },
  answers: {
    ok: { status: 200, body: { trackingId: id, status: 'Queued', to: '+33639980001' } },
    providerIds: [id],
    unauthorized: refused(401, '401000000'),
    throttled: refused(429, '429000000'),
    rejected: [
      ['an application without the right', refused(403, '403000000'), 'account_unauthorized'],
      ['a sender or recipient that is none', refused(400, '400005000'), 'platform_refused'],
    ],
  },
});
