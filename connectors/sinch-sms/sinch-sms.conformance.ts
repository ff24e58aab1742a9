import { signedCalls, smsSpec } from '../../test/conformance/sms.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const id = '01KAP000000000000000SINCH1';
const header = 'x-sinch-webhook-signature';
const [nonce, secret] = ['01KAPNONCE', 'example-webhook-secret'];

const calls = signedCalls(
  ({ body }, _, atMs) => {
    const data = Buffer.concat([body, Buffer.from(`.${nonce}.${atMs / 1000}`)]);
    return {
      [header]: hmac('sha256', secret, data).toString('base64'),
      [`${header}-nonce`]: nonce,
      [`${header}-timestamp`]: String(atMs / 1000),
      [`${header}-algorithm`]: 'HmacSHA256',
    };
  },
  { platform: 'Sinch', toleranceMs: 25 * 3_600_000 },
);
const refused = (code: string, status: number) => ({ status, body: { code, text: 'refused' } });

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: { service_plan_id: 'plan1' },
  credentials: {
    api_token: 'example-api-token',
    hook_token: 'example-hook-token',
    webhook_secret: secret,
  },
  calls: {
    ...calls,
    spoil: {
      ...calls.spoil,
      'another algorithm': ({ headers, ...request }) => ({
        ...request,
        headers: { ...headers, [`${header}-algorithm`]: 'none' },
      }),
    },
  },
  toldInBodies: ['hook_token'],
  ignored: {
    'its own echo': { type: 'mo_text', id, from: '33639980100', to: '33639980001', body: 'x' },
    'a binary message': { type: 'mo_binary', id, from: '33639980001', body: 'AQID', udh: '050003' },
    'a summary': { type: 'delivery_report_sms', batch_id: id, total_message_count: 1, statuses: [] },
    'an unknown state': { type: 'recipient_delivery_report_sms', batch_id: id, status: 'Pondered', code: 1 },
  },
  answers: {
    ok: { status: 201, body: { id, to: ['33639980001'], canceled: false, body: 'x', type: 'mt_text' } },
    providerIds: [id],
    unauthorized: { status: 401, body: '' },
    throttled: refused('too_many_requests', 429),
    rejected: [
      ['a malformed field', refused('syntax_invalid_parameter_format', 400), 'platform_refused'],
      ['a missing call-back', refused('missing_callback_url', 403), 'platform_refused'],
    ],
  },
});
