import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
const message = { requestId: 'r1', from: '+33639980001', to: '+33639980100', message: 'x' };
const refused = (status: number, problem: string) => ({
  status,
  body: { type: `https://docs.tyntec.com/problems/${problem}`, title: 'x', status, detail: 'x' },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_key: 'example-api-key', hook_token: 'example-hook-token' },
  calls: tokenCalls('tyntec'),
  toldInBodies: ['hook_token'],
  ignored: {
    'its own echo': { ...message, from: '+33639980100', missingParts: false },
    'a state nobody knows': { requestId: id, status: 'PONDERED' },
    'an unknown event': { weather: 'fine' },
  },
  answers: {
    ok: { status: 200, body: { requestId: id, status: 'ACCEPTED', size: 1, to: '+33639980001' } },
    providerIds: [id],
    unauthorized: refused(401, 'Unauthorized'),
    throttled: refused(429, 'TooMany'),
    rejected: [
      ['a key without the number', refused(403, 'Forbidden'), 'account_unauthorized'],
      ['a request that is wrong', refused(400, 'DataNotParseable'), 'platform_refused'],
      ['trouble of its own', refused(500, 'Trouble'), 'platform_unavailable'],
    ],
  },
});
