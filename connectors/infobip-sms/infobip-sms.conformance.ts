import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0a1b2c3d4e5f-6071-8293-a4b5-c6d7e8f90a1b';
const receivedAt = '2026-11-22T12:00:00.000+0000';

const answer = (name: string, groupId: number) => {
  const state = { groupId, groupName: 'x', id: 1, name, description: 'x' };
  return { status: 200, body: { messages: [{ messageId: id, status: state, destination: '33639980001' }] } };
};
const refused = (errorCode: string, status: number) => ({
  status,
  body: { errorCode, description: 'refused', action: 'x', violations: [], resources: [] },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { sender: 'ACME' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('Infobip'),
  toldInBodies: ['hook_token'],
  ignored: {
    'a click': { notificationType: 'CLICKED', recipient: '33639980001', messageId: id },
    'its own echo': { results: [{ messageId: id, from: 'ACME', to: '33639980100', text: 'x', receivedAt }] },
    'an unknown event': { results: [{ messageId: id, event: 'WEATHER' }] },
    'an unknown state': { results: [{ messageId: id, status: { groupName: 'PONDERED', name: 'LONG' } }] },
    'nothing at all': { results: [] },
  },
  answers: {
    ok: answer('PENDING_ACCEPTED', 1),
    providerIds: [id],
    unauthorized: refused('E401', 401),
    throttled: refused('E429', 429),
    rejected: [
      ['a number that is none', answer('REJECTED_DESTINATION', 5), 'address_invalid'],
      ['no credit', answer('REJECTED_NOT_ENOUGH_CREDITS', 5), 'balance_exhausted'],
      ['a consumer on the do-not-disturb list', answer('REJECTED_DND', 5), 'opted_out'],
      ['a sender that is not registered', answer('REJECTED_SOURCE', 5), 'platform_refused'],
      ['a key without the scope', refused('E403', 403), 'account_unauthorized'],
      ['a malformed request', refused('E400', 400), 'platform_refused'],
    ],
  },
});
