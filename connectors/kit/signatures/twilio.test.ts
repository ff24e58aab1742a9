import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyTwilio } from './twilio.ts';

const token = 'auth-token';
const base = 'https://gateway.test/hooks/twilio-sms/acc_1';
const signature = (data: string, secret = token): string =>
  createHmac('sha1', secret).update(data, 'utf8').digest('base64');

const verify = (url: string, body: string | Buffer, given: string | undefined, secret = token) =>
  verifyTwilio(
    {
      method: 'POST',
      path: '',
      url,
      query: new URL(url).searchParams,
      headers: { 'x-twilio-signature': given },
      body: Buffer.from(body),
    },
    secret,
  ).ok;

test('signs the address and the form, sorted by name, decoded', () => {
  const body = 'To=%2B15005550006&Body=%C3%A7a+va+%F0%9F%92%A5%3F&From=%2B33639980001&Empty=';
  const good = signature(`${base}Bodyça va 💥?EmptyFrom+33639980001To+15005550006`);
  expect(verify(base, body, good)).toBe(true);
  expect(verify(base, body.replace('va', 'vb'), good)).toBe(false);
  expect(verify(`${base}?x=1`, body, good)).toBe(false);
  expect(verify(base, body, good, 'another')).toBe(false);
  expect(verify(base, body, good, '')).toBe(false);
  expect(verify(base, body, undefined)).toBe(false);
  expect(verify(base, body, `${good}=`)).toBe(false);
  expect(verify(base, 'Body=%FF', signature(`${base}Body\ufffd`))).toBe(false);
});

test('upper case sorts before lower case, and equal names count each value once', () => {
  expect(verify(base, 'b=1&B=2&a=3&b=0&b=1', signature(`${base}B2a3b0b1`))).toBe(true);
  expect(verify(base, '__proto__=1&constructor=2', signature(`${base}__proto__1constructor2`))).toBe(true);
});

test('takes the address with the scheme’s own port and without', () => {
  const withPort = 'https://gateway.test:443/hooks/twilio-sms/acc_1';
  expect(verify(base, 'A=1', signature(`${withPort}A1`))).toBe(true);
  expect(verify(withPort, 'A=1', signature(`${base}A1`))).toBe(true);
  expect(verify(base, 'A=1', signature(`https://gateway.test:8443/hooks/twilio-sms/acc_1A1`))).toBe(false);
  expect(verify('http://h.test/x', '', signature('http://h.test:80/x'))).toBe(true);
  expect(verify('https://h.test:8443/x', '', signature('https://h.test:8443/x'))).toBe(true);
});

test('a GET carries its parameters in the address', () => {
  expect(verify(`${base}?Body=x`, '', signature(`${base}?Body=x`))).toBe(true);
});

test('for JSON the address carries the body’s hash', () => {
  const body = Buffer.from('{"text":"ç 💥"}');
  const hash = createHash('sha256').update(body).digest('hex');
  const url = `${base}?bodySHA256=${hash}`;
  expect(verify(url, body, signature(url))).toBe(true);
  expect(verify(url, '{"text":"other"}', signature(url))).toBe(false);
  expect(verify(base, body, signature(base))).toBe(false);
});
