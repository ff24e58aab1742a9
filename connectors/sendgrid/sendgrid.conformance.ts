import { generateKeyPairSync, sign } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { mailAddresses, mailSamples } from '../kit/mail/samples.testing.ts';
import { connector } from './index.ts';
import { about } from './manifest.ts';
import { isForm } from './signature.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const token = 'conformance-hook-token';
/** The suite's time. */
const timestamp = String(Date.UTC(2026, 10, 22, 12) / 1000);
const boundary = 'passerelle-form';

function signed(request: HookRequest, time = timestamp, key = keys.privateKey): HookRequest {
  if (isForm(request))
    return {
      ...request,
      url: `${request.url}?token=${token}`,
      query: new URLSearchParams({ token }),
    };
  const signature = sign('sha256', Buffer.concat([Buffer.from(time), request.body]), key);
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-twilio-email-event-webhook-timestamp': time,
      'x-twilio-email-event-webhook-signature': signature.toString('base64'),
    },
  };
}

const withoutToken = (request: HookRequest, value?: string): HookRequest => ({
  ...request,
  query: new URLSearchParams(value === undefined ? {} : { token: value }),
});

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP00000000000000SENDGRD',
    merchantId: 'mer_01KAP00000000000000SENDGRD',
    test: true,
    config: about.config.parse({
      base_url: 'http://platform.test',
      address: 'support@shop.test',
      name: 'Shop',
    }),
    credentials: {
      api_key: 'conformance-api-key',
      hook_token: token,
      event_public_key: keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    },
    hookUrl: 'https://gateway.test/hooks/sendgrid/acc_01KAP00000000000000SENDGRD',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request(fixture) {
    const { text } = fixture.request;
    if (text === undefined) return signed(fixtureRequest(fixture, spec.account));
    const request = {
      ...fixture.request,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      text: text.replaceAll(/\r?\n/g, '\r\n'),
    };
    return signed(fixtureRequest({ ...fixture, request }, spec.account));
  },
  spoil: {
    'another key, or another token': (request) =>
      isForm(request)
        ? withoutToken(request, 'another-hook-token')
        : signed(request, timestamp, others.privateKey),
    'a stale time, or no token': (request) =>
      isForm(request) ? withoutToken(request) : signed(request, String(Number(timestamp) - 26 * 3600)),
    'a tampered body, or a form that is called events': (request) =>
      isForm(request)
        ? { ...request, headers: { ...request.headers, 'content-type': 'application/json' } }
        : { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) },
    'events that are called a form': (request) =>
      isForm(request)
        ? withoutToken(request, '')
        : { ...request, headers: { ...request.headers, 'content-type': `multipart/form-data; boundary=x` } },
  },
  ignored: {
    'an own echo': `--${boundary}\nContent-Disposition: form-data; name="from"\n\nShop <SUPPORT@shop.test>\n--${boundary}\nContent-Disposition: form-data; name="headers"\n\nMessage-ID: <echo@shop.test>\n--${boundary}--\n`,
    'a mail of nobody': `--${boundary}\nContent-Disposition: form-data; name="headers"\n\nSubject: x\n--${boundary}--\n`,
    'an open': [{ event: 'open', email: 'ada@example.com', 'smtp-id': '<m@shop.test>' }],
    'a click, and a delay': [{ event: 'click' }, { event: 'deferred', response: '400 try again later' }],
    'an unknown event': [{ event: 'of_next_year' }],
    'an event of another shape': [{ event: 'delivered', timestamp: 'yesterday' }],
    'a delivery of nothing': [{ event: 'delivered', email: 'ada@example.com' }],
  },
  answers: {
    ok: { status: 202, headers: { 'x-message-id': 'KQ5PRm1DQEqyBFXRnXT' }, body: '' },
    providerIds: ['<msg_01KAP00000000000000000TEST.0@shop.test>'],
    unauthorized: { status: 401, body: { errors: [{ message: 'no', field: null, help: null }] } },
    throttled: { status: 429, headers: { 'retry-after': '3' }, body: { errors: [] }, retryAfterMs: 3000 },
    rejected: [
      { status: 400, body: { errors: [{ message: 'no' }] }, code: 'content_refused', name: 'a bad request' },
      { status: 403, body: { errors: [] }, code: 'account_unauthorized', name: 'an unverified sender' },
      { status: 413, body: '', code: 'content_too_large', name: 'too large' },
      { status: 415, body: '', code: 'platform_refused', name: 'another refusal' },
    ],
  },
  addresses: mailAddresses,
  samples: mailSamples,
  skips: {
    'refuses a stale request':
      'mails have no signed time: de-duplication is what stops a replay; stale events are among the spoilt requests',
    'refuses a tampered body':
      'mails are not signed: the secret in the address proves the caller; events are, and the spoilt requests tamper with them',
  },
};
