import { smsSpec, tokenCalls } from '../../test/conformance/sms.ts';
import { writeForm } from '../kit/form.ts';
import { connector } from './index.ts';

const id = 26_929_925;
const number = '+33639980001';
const report = (ids: number[], invalidReceivers: string[]) => ({
  status: 200,
  body: {
    totalCreditsRemoved: ids.length,
    ids,
    invalidReceivers,
    validReceivers: ids.length ? [number] : [],
  },
});
const refused = (status: number, errorCode: string) => ({
  status,
  body: { errorCode, httpCode: `${status}`, message: 'refused' },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { service_name: 'sms-xx11111-1', two_way: false, no_stop_clause: true },
  credentials: {
    application_key: 'example-application-key',
    application_secret: 'example-application-secret',
    consumer_key: 'example-consumer-key',
    hook_token: 'example-hook-token',
  },
  calls: tokenCalls('OVH'),
  ignored: {
    'its own echo': writeForm({ id: '7', senderid: '+33639980100', message: 'x', shortcode: '38064' }),
    'a state on the way': writeForm({ id: `${id}`, ptt: '1' }),
    'an unknown event': writeForm({ weather: 'fine' }),
  },
  answers: {
    ok: report([id], []),
    providerIds: [`${id}`],
    unauthorized: refused(401, 'INVALID_SIGNATURE'),
    throttled: refused(429, 'TOO_MANY_REQUESTS'),
    rejected: [
      ['a number that is none', report([], [number]), 'address_invalid'],
      ['a key without the right', refused(403, 'NOT_GRANTED_CALL'), 'account_unauthorized'],
      ['a wrong parameter', refused(400, 'BAD_PARAMETER'), 'platform_refused'],
    ],
  },
});
