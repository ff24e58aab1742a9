import { tokenCalls } from '../../test/conformance/sms.ts';
import { whatsappSpec } from '../../test/conformance/whatsapp.ts';
import { connector } from './index.ts';

const id = '0a1b2c3d4e5f-6071-8293-a4b5-c6d7e8f90a1b';
const answer = (name: string, groupId: number) => ({
  status: 200,
  body: {
    to: '33639980001',
    messageCount: 1,
    messageId: id,
    status: { groupId, groupName: 'x', id: 1, name, description: 'x' },
  },
});
const refused = (errorCode: string, status: number) => ({
  status,
  body: { errorCode, description: 'refused', action: 'x', violations: [], resources: [] },
});
const message = {
  from: '33639980001',
  to: '33639980100',
  messageId: 'ABEGZ_1',
  receivedAt: '2026-11-22T11:59:00.000+0000',
  message: { type: 'TEXT', text: 'x' },
};

export const spec = whatsappSpec(connector, {
  folder: import.meta.url,
  config: { sender: '+33639980100' },
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('Infobip'),
  ignored: {
    'its own echo': { results: [{ ...message, from: '33639980100' }] },
    'an unknown event': { results: [{ event: 'WEATHER' }] },
    'an unknown state': {
      results: [{ messageId: id, status: { groupName: 'PONDERED', name: 'PONDERED_LONG' } }],
    },
    nobody: { results: [{ ...message, from: undefined }] },
    'nothing at all': { results: [] },
  },
  answers: {
    ok: answer('PENDING_ENROUTE', 1),
    providerIds: [id],
    unauthorized: refused('E401', 401),
    throttled: refused('E429', 429),
    rejected: [
      ['a closed window', answer('EC_NO_SESSION', 5), 'window_closed'],
      ['a number that is none', answer('REJECTED_DESTINATION', 5), 'address_invalid'],
      ['no credit', answer('REJECTED_NOT_ENOUGH_CREDITS', 5), 'balance_exhausted'],
      ['a file that cannot be had', answer('EC_MEDIA_HOSTING_ERROR', 5), 'media_unavailable'],
      ['a name that nobody knows', answer('REJECTED_FOR_A_REASON', 5), 'platform_refused'],
      ['a key without the scope', refused('E403', 403), 'account_unauthorized'],
      ['a malformed request', refused('E400', 400), 'content_refused'],
      [
        'an answer of the older kind',
        {
          status: 400,
          body: { requestError: { serviceException: { messageId: 'EC_INVALID_TEMPLATE', text: 'x' } } },
        },
        'template_refused',
      ],
    ],
  },
  sample: 'whatsapp:+33639980001',
  native: {
    path: 'interactive/location-request',
    content: { body: { text: 'Where?' } },
  },
  toldInBodies: ['hook_token'],
});
