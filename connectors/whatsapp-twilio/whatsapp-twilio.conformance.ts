import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { readForm, writeForm } from '../kit/form.ts';
import { hmac } from '../kit/signature.ts';
import { noAddresses, numberSpellings, samples } from '../kit/whatsapp/testing.ts';
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
  hookUrl: 'https://gateway.test/hooks/whatsapp-twilio/acc_01KAP00000000000000000TEST',
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
    'a state on the way': writeForm({
      MessageSid: sid,
      MessageStatus: 'queued',
      From: 'whatsapp:+15005550006',
    }),
    'its own echo': writeForm({
      MessageSid: sid,
      From: 'whatsapp:+15005550006',
      To: 'whatsapp:+33639980001',
      Body: 'Hello',
    }),
    'an SMS': writeForm({ MessageSid: sid, From: '+33639980001', To: '+15005550006', Body: 'Hello' }),
    'another account': writeForm({
      AccountSid: `AC${'11'.repeat(16)}`,
      MessageSid: sid,
      From: 'whatsapp:+33639980001',
      Body: 'Hello',
    }),
    nobody: writeForm({ MessageSid: sid, From: 'whatsapp:', Body: 'Hello' }),
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
      { name: 'not on WhatsApp', ...refused(63024), code: 'unreachable' },
      { name: 'a closed window', ...refused(63016), code: 'window_closed' },
      { name: 'a template that is none', ...refused(63027), code: 'template_refused' },
      { name: 'a text that is too long', ...refused(21617), code: 'content_too_large' },
      { name: 'a code that nobody knows', ...refused(29999), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: numberSpellings,
    refused: noAddresses,
    sample: 'whatsapp:+33639980001',
  },
  samples: [
    samples.text,
    ...samples.media,
    samples.location,
    {
      kind: 'template',
      name: `HX${'ab'.repeat(16)}`,
      language: 'fr-FR',
      text: 'Ada, order 7 is ready',
      parameters: ['Ada', '7'],
    },
    {
      kind: 'native',
      connector: 'whatsapp-twilio',
      payload: { ContentSid: `HX${'cd'.repeat(16)}`, ContentVariables: { 1: 'Ada' } },
      text: 'Ada, which day?',
    },
  ],
  skips: {
    'refuses a stale request': 'Twilio signs no time: de-duplication is what stops a replay',
  },
};
