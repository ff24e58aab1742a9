import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const id = 'a1b2c3d4-0000-11ef-8ea7-0242ac110002';

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: {
    base_url: 'http://platform.test',
    auth_id: 'MAEXAMPLE0001',
    sender: '+33639980100',
    country: 'FR',
  },
  credentials: { auth_token: 'example-auth-token' },
  hookUrl: 'https://gateway.test/hooks/plivo-sms/acc_01KAP00000000000000000TEST',
};

/** The signature as Plivo's document has it, made here and not by what is tested. */
function signed(request: HookRequest): HookRequest {
  const nonce = '05429567804466091622';
  const data = request.url.split('?')[0]! + nonce;
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-plivo-signature-v2-nonce': nonce,
      'x-plivo-signature-v2': hmac('sha256', account.credentials.auth_token, data).toString('base64'),
    },
  };
}

const refused = (status: number) => ({ status, body: { api_id: 'x', error: 'refused' } });

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'another address': (request) => ({ ...request, url: `${request.url}/x` }),
    'another nonce': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-plivo-signature-v2-nonce': '1' },
    }),
  },
  ignored: {
    'its own echo': writeForm({ MessageUUID: id, From: '33639980100', Type: 'sms', Text: 'x' }),
    'a WhatsApp message': writeForm({ MessageUUID: id, From: '33639980001', Type: 'whatsapp', Body: 'x' }),
    'a state on the way': writeForm({ MessageUUID: id, Status: 'queued' }),
    'an unknown event': writeForm({ CallUUID: id, Event: 'Hangup' }),
  },
  answers: {
    ok: { status: 202, body: { message: 'message(s) queued', message_uuid: [id], api_id: 'x' } },
    providerIds: [id],
    unauthorized: refused(401),
    throttled: { ...refused(429), headers: { 'retry-after': '5' }, retryAfterMs: 5000 },
    rejected: [
      { name: 'a parameter that is wrong', ...refused(400), code: 'platform_refused' },
      { name: 'no credit', ...refused(402), code: 'balance_exhausted' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [{ kind: 'text', text: 'Your table for two is ready.' }],
  skips: {
    'refuses a stale request': 'Plivo signs no time: de-duplication is what stops a replay',
    'refuses a tampered body': 'Plivo signs the address and a nonce, not the body',
  },
};
