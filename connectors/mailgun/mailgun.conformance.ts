import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec, Fixture } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { mailAddresses, mailSamples } from '../kit/mail/samples.testing.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';
import { about } from './manifest.ts';

const signingKey = 'conformance-signing-key';
const token = 'c0ffee'.repeat(8) + 'c0';
/** The suite's time. */
const timestamp = String(Date.UTC(2026, 10, 22, 12) / 1000);
const sign = (time: string, key = signingKey): string => hmac('sha256', key, time + token).toString('hex');

const boundary = 'passerelle-form';

/** Mailgun's signature stands in the body. */
function signed(fixture: Fixture): Fixture {
  const { request } = fixture;
  const signature = { timestamp, token, signature: sign(timestamp) };
  if (request.form) return { ...fixture, request: { ...request, form: { ...request.form, ...signature } } };
  if (request.json !== undefined)
    return { ...fixture, request: { ...request, json: { ...Object(request.json), signature } } };
  const parts = Object.entries(signature).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    ...fixture,
    request: {
      ...request,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      text: parts.join('') + (request.text ?? '').replaceAll(/\r?\n/g, '\r\n'),
    },
  };
}

const replaced = (request: HookRequest, from: string, to: string): HookRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString('latin1').replace(from, to), 'latin1'),
});
const stale = String(Number(timestamp) - 13 * 3600);

const event = (data: Record<string, unknown>) => ({
  'event-data': { timestamp: 1_795_348_000.5, recipient: 'ada@example.com', ...data },
});

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP000000000000000MA11GN',
    merchantId: 'mer_01KAP000000000000000MA11GN',
    test: true,
    config: about.config.parse({
      base_url: 'http://platform.test',
      domain: 'mg.shop.test',
      address: 'support@shop.test',
      name: 'Shop',
    }),
    credentials: { api_key: 'conformance-api-key', signing_key: signingKey },
    hookUrl: 'https://gateway.test/hooks/mailgun/acc_01KAP000000000000000MA11GN',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => fixtureRequest(signed(fixture), spec.account),
  spoil: {
    'another key': (request) => replaced(request, sign(timestamp), sign(timestamp, 'another-key')),
    'another token': (request) => replaced(request, token, 'd'.repeat(50)),
    'another time': (request) => replaced(request, timestamp, String(Number(timestamp) + 1)),
    'a stale time, signed': (request) =>
      replaced(replaced(request, timestamp, stale), sign(timestamp), sign(stale)),
    'no signature': (request) => replaced(request, sign(timestamp), ''),
  },
  ignored: {
    'an own echo': [
      `--${boundary}`,
      'Content-Disposition: form-data; name="from"',
      '',
      'Shop <SUPPORT@shop.test>',
      `--${boundary}`,
      'Content-Disposition: form-data; name="message-headers"',
      '',
      '[["Message-Id", "<echo@shop.test>"]]',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
    'an open': event({ event: 'opened' }),
    'an unknown event': event({ event: 'of_next_year' }),
    'a delay': event({ event: 'failed', severity: 'temporary', reason: 'greylisted' }),
    'a delivery of nothing': event({ event: 'delivered' }),
    'a complaint of nobody': event({ event: 'complained', recipient: '' }),
  },
  answers: {
    ok: {
      status: 200,
      body: { id: '<msg_01KAP00000000000000000TEST.0@shop.test>', message: 'Queued. Thank you.' },
    },
    providerIds: ['<msg_01KAP00000000000000000TEST.0@shop.test>'],
    unauthorized: { status: 401, body: 'Forbidden' },
    throttled: {
      status: 429,
      headers: { 'retry-after': '9' },
      body: { message: 'slow' },
      retryAfterMs: 9000,
    },
    rejected: [
      { status: 400, body: { message: 'refused' }, code: 'content_refused', name: 'a bad request' },
      { status: 402, body: { message: 'refused' }, code: 'balance_exhausted', name: 'no money' },
      { status: 404, body: { message: 'refused' }, code: 'account_unauthorized', name: 'no such domain' },
      { status: 413, body: '', code: 'content_too_large', name: 'too large' },
      { status: 418, body: '', code: 'platform_refused', name: 'a status that nobody knows' },
    ],
  },
  addresses: mailAddresses,
  samples: mailSamples,
  skips: {
    'refuses a tampered body': "Mailgun's signature covers a time and a token, not the body: TLS has to",
    'refuses a request without a signature':
      "Mailgun's signature stands in the body, where this check leaves it; the spoilt requests take it out",
  },
};
