import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const id = '01KAP000000000000000SINCH1';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: {
    base_url: 'http://platform.test',
    service_plan_id: 'plan1',
    sender: '+33639980100',
    country: 'FR',
  },
  credentials: {
    api_token: 'example-api-token',
    hook_token: 'example-hook-token',
    webhook_secret: 'example-webhook-secret',
  },
  hookUrl: 'https://gateway.test/hooks/sinch-sms/acc_01KAP00000000000000000TEST',
};

/** The signature as Sinch's document has it, made here and not by what is tested. */
function signed(request: HookRequest, atMs = suiteNowMs, algorithm = 'HmacSHA256'): HookRequest {
  const [nonce, timestamp] = ['01KAPNONCE', String(atMs / 1000)];
  const data = Buffer.concat([request.body, Buffer.from(`.${nonce}.${timestamp}`)]);
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-sinch-webhook-signature': hmac('sha256', account.credentials.webhook_secret, data).toString(
        'base64',
      ),
      'x-sinch-webhook-signature-nonce': nonce,
      'x-sinch-webhook-signature-timestamp': timestamp,
      'x-sinch-webhook-signature-algorithm': algorithm,
    },
  };
}

const refused = (code: string, status: number) => ({ status, body: { code, text: 'refused' } });

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another algorithm': (request) => signed(request, undefined, 'none'),
    'a stale signature': (request) => signed(request, suiteNowMs - 26 * 3_600_000),
  },
  ignored: {
    'its own echo': { type: 'mo_text', id, from: '33639980100', to: '33639980001', body: 'x' },
    'a binary message': { type: 'mo_binary', id, from: '33639980001', body: 'AQID', udh: '050003' },
    'a summary': { type: 'delivery_report_sms', batch_id: id, total_message_count: 1, statuses: [] },
    'an unknown state': { type: 'recipient_delivery_report_sms', batch_id: id, status: 'Pondered', code: 1 },
  },
  answers: {
    ok: {
      status: 201,
      body: { id, to: ['33639980001'], from: '33639980100', canceled: false, body: 'x', type: 'mt_text' },
    },
    providerIds: [id],
    unauthorized: { status: 401, body: '' },
    throttled: { ...refused('too_many_requests', 429), headers: { 'retry-after': '4' }, retryAfterMs: 4000 },
    rejected: [
      {
        name: 'a malformed field',
        ...refused('syntax_invalid_parameter_format', 400),
        code: 'platform_refused',
      },
      { name: 'a missing call-back', ...refused('missing_callback_url', 403), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  toldInBodies: ['hook_token'],
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
};
