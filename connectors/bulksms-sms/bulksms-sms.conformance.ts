import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '990000000002';

const message = (type: string, more: object) => [{ id, type, to: '33639980001', body: 'x', ...more }];
const refused = (status: number, type: string) => ({
  status,
  body: { type: `https://developer.bulksms.com/json/v1/errors#${type}`, title: type, status, detail: 'x' },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { token_id: 'EXAMPLE-1' },
  credentials: { token_secret: 'example-token-secret', hook_token: 'example-hook-token' },
  calls: tokenCalls('BulkSMS'),
  ignored: {
    'its own echo': message('RECEIVED', { from: '33639980100' }),
    'a state on the way': message('SENT', { status: { id: 'ACCEPTED.null', type: 'ACCEPTED' } }),
    'the try of a new webhook': [],
    'an unknown event': message('PONDERED', {}),
  },
  answers: {
    ok: {
      status: 201,
      body: message('SENT', { status: { id: 'ACCEPTED.null', type: 'ACCEPTED', subtype: null } }),
    },
    providerIds: [id],
    unauthorized: refused(401, 'not-authenticated'),
    throttled: refused(429, 'too-many'),
    rejected: [
      ['a request that is wrong', refused(400, 'bad-request'), 'platform_refused'],
      ['no credits', refused(403, 'insufficient-credits'), 'balance_exhausted'],
      [
        'a number that was blocked',
        {
          status: 201,
          body: message('SENT', { status: { id: 'FAILED.BLOCKED', type: 'FAILED', subtype: 'BLOCKED' } }),
        },
        'opted_out',
      ],
    ],
  },
});
