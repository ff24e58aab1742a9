import { expect, test } from 'vitest';
import { hmac } from '../signature.ts';
import { signV4, verifyStandardWebhook } from './index.ts';

/** The key and the time of the test suite that Amazon publishes ("aws-sig-v4-test-suite": get-vanilla). */
const key = {
  id: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
};
const atMs = Date.UTC(2015, 7, 30, 12, 36);
const signed = (more: Partial<Parameters<typeof signV4>[0]> = {}) =>
  signV4({ method: 'GET', url: 'https://example.amazonaws.com/', headers: {}, body: '', ...more }, key, atMs);

test('Signature Version 4 as Amazon has it', () => {
  expect(signed()).toEqual({
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  });
});

test('every part of a request is signed', () => {
  const signatures = [
    signed(),
    signed({ method: 'POST' }),
    signed({ url: 'https://example.amazonaws.com/x' }),
    signed({ url: 'https://example.amazonaws.com/?a=1' }),
    signed({ url: 'https://other.amazonaws.com/' }),
    signed({ headers: { 'X-Amz-Target': 'A.B' } }),
    signed({ headers: { 'X-Amz-Target': 'A.C' } }),
    signed({ body: '{}' }),
  ].map(({ authorization }) => authorization.slice(-64));
  expect(new Set(signatures).size).toBe(signatures.length);
});

test('the order of parameters, and spaces around a header, change nothing', () => {
  const of = (url: string) => signed({ url: `https://example.amazonaws.com/${url}` }).authorization;
  expect(of('?b=2&a=1')).toBe(of('?a=1&b=2'));
  expect(signed({ headers: { A: '  x  y ' } })).toEqual(signed({ headers: { a: 'x y' } }));
});

const body = Buffer.from('{"type":"sms.sent"}');
const webhook = (headers: Record<string, string>) => ({
  method: 'POST',
  path: '',
  url: 'https://gateway.test/hooks/x/y',
  query: new URLSearchParams(),
  headers,
  body,
});
const clock = { nowMs: 1_000_000, toleranceMs: 300_000 };
const rawKey = Buffer.from('an example of a secret');
const signature = hmac('sha256', rawKey, `evt_1.1000.${body.toString()}`).toString('base64');
const given = { 'webhook-id': 'evt_1', 'webhook-timestamp': '1000' };

test.each([
  ['one signature', `v1,${signature}`, true],
  ['one of several', `v1a,xxxx v1,${'A'.repeat(43)}= v1,${signature}`, true],
  ['none of ours', `v1,${'A'.repeat(43)}=`, false],
  ['another version', `v2,${signature}`, false],
  ['another spelling', `v1,${signature.replace('=', '')}`, false],
  ['nothing', '', false],
])('Standard Webhooks: %s', (_, all, ok) => {
  const headers = { ...given, 'webhook-signature': all };
  expect(verifyStandardWebhook(webhook(headers), `whsec_${rawKey.toString('base64')}`, clock).ok).toBe(ok);
});

test('Standard Webhooks: a stale time, another id or an empty secret is refused', () => {
  const headers = { ...given, 'webhook-signature': `v1,${signature}` };
  const secret = `whsec_${rawKey.toString('base64')}`;
  expect(verifyStandardWebhook(webhook(headers), secret, { ...clock, nowMs: 1_300_001 }).ok).toBe(false);
  expect(verifyStandardWebhook(webhook({ ...headers, 'webhook-id': 'evt_2' }), secret, clock).ok).toBe(false);
  for (const none of ['', 'whsec_', '!!!'])
    expect(verifyStandardWebhook(webhook(headers), none, clock).ok).toBe(false);
});
