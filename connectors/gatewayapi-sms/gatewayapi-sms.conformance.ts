import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const part = (of: string | Uint8Array) => Buffer.from(of).toString('base64url');

/** The token as the document has it, made here and not by what is tested: the notification itself is signed. */
const calls = signedCalls(
  ({ body }, { credentials }) => {
    const data = `${part('{"typ":"JWT","alg":"HS256"}')}.${part(body)}`;
    const signature = hmac('sha256', credentials['hook_secret']!, data).toString('base64url');
    return { 'x-gwapi-signature': `${data}.${signature}` };
  },
  { platform: 'GatewayAPI' },
);
const changed = (request: HookRequest, from: string, to: string): HookRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace(from, to)),
});
const refused = (status: number, code?: string) => ({
  status,
  body: { ...(code ? { code } : {}), incident_uuid: 'x', message: 'refused', variables: [] },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  credentials: { api_token: 'example-api-token', hook_secret: 'example-hook-secret' },
  calls: {
    ...calls,
    spoil: {
      'another sender': (request) => changed(request, '"msisdn":', '"msisdn":1'),
      'another id': (request) => changed(request, '"id":', '"id":9'),
    },
  },
  ignored: {
    'its own echo': { id: 1, msisdn: 33639980100, message: 'x', senttime: 1795348800 },
    'a state on the way': { id: 1, msisdn: 33639980001, time: 1795348800, status: 'BUFFERED' },
    'an unknown event': { id: 1, weather: 'fine' },
  },
  answers: {
    ok: {
      status: 200,
      body: { ids: [1000001], usage: { countries: { FR: 1 }, currency: 'EUR', total_cost: 0.05 } },
    },
    providerIds: ['1000001'],
    unauthorized: refused(401),
    throttled: refused(429),
    rejected: [
      ['an address that may not call', refused(403, '0x0213'), 'account_unauthorized'],
      ['no credit', refused(403, '0x0216'), 'balance_exhausted'],
      ['a code that nobody knows', refused(400, '0x0999'), 'platform_refused'],
    ],
  },
  skips: {
    'refuses a tampered body':
      'a copy of the notification is signed, not its bytes: what is read must be as in the copy, which spoil shows',
  },
});
