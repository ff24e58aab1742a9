import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { readForm, writeForm } from '../kit/form.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const sid = `SM${'0123456789abcdef'.repeat(2)}`;

const account = {
  id: 'acc_01KAP00000000000000000TEST',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: true,
  config: {
    base_url: 'http://platform.test',
    account_sid: `AC${'00'.repeat(16)}`,
    sender: '+15005550006',
    country: 'FR',
  },
  credentials: { auth_token: 'example-auth-token' },
  hookUrl: 'https://gateway.test/hooks/twilio-sms/acc_01KAP00000000000000000TEST',
};

/** The signature as Twilio's document has it, made here and not by what is tested. */
function signed(request: HookRequest): HookRequest {
  const form = readForm(request.body);
  const fields = form.ok ? Object.entries(form.value) : [];
  const parameters = fields
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => name + String(value))
    .join('');
  const signature = hmac('sha1', account.credentials.auth_token, request.url + parameters).toString('base64');
  return { ...request, headers: { ...request.headers, 'x-twilio-signature': signature } };
}

const refused = (code: number, status = 400) => ({
  status,
  body: { code, status, message: 'refused', more_info: '' },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, account)),
  spoil: {
    'a tampered body': (request) => ({
      ...request,
      body: Buffer.from(`${Buffer.from(request.body).toString()}&Body=x`),
    }),
    'another address': (request) => ({ ...request, url: `${request.url}/x` }),
  },
  ignored: {
    'a state on the way': writeForm({ MessageSid: sid, MessageStatus: 'queued', From: '+15005550006' }),
    'its own echo': writeForm({ MessageSid: sid, From: '+15005550006', To: '+33639980001', Body: 'Hello' }),
    'an unknown event': writeForm({
      AccountSid: account.config.account_sid,
      EventType: 'onConversationAdded',
    }),
  },
  answers: {
    ok: { status: 201, body: { sid, status: 'queued', error_code: null, num_segments: '1' } },
    providerIds: [sid],
    unauthorized: refused(20003, 401),
    throttled: { ...refused(20429, 429), headers: { 'retry-after': '3' }, retryAfterMs: 3000 },
    rejected: [
      { name: 'a number that is none', ...refused(21211), code: 'address_invalid' },
      { name: 'a consumer who said STOP', ...refused(21610), code: 'opted_out' },
      { name: 'a landline', ...refused(21614), code: 'unreachable' },
      { name: 'a text that is too long', ...refused(21617), code: 'content_too_large' },
      { name: 'a code that nobody knows', ...refused(29999), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01', 'tel:33639980001'],
    refused: ['mailto:ada@example.com', 'tel:ada', 'tel:+33', 'sms:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [
    { kind: 'text', text: 'Your table for two is ready.' },
    { kind: 'media', media: { type: 'image', id: 'med_1', name: 'table.jpg' }, caption: 'Your table' },
  ],
  skips: {
    'refuses a stale request': 'Twilio signs no time: de-duplication is what stops a replay',
  },
};
