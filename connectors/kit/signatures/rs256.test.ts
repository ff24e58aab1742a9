import { expect, it } from 'vitest';
import { signingKey } from '../../../test/conformance/signing-key.ts';
import { readPublicJwt } from './rs256.ts';

const key = signingKey('k1');
const claims = { iss: 'https://issuer.example.com', aud: 'us', exp: 2000, nbf: 1000 };
const rules = {
  issuers: ['https://issuer.example.com'],
  audiences: ['us'],
  nowMs: 1_500_000,
  toleranceMs: 1000,
};
const read = (token: string, more: object = {}, keys = key.keys) =>
  readPublicJwt(token, keys, { ...rules, ...more });

it('a token of the issuer is read, with the key that signed it', () => {
  expect(read(key.token({ ...claims, more: 1 }))).toMatchObject({
    ok: true,
    claims: { more: 1 },
    key: { kid: 'k1' },
  });
});

it.each([
  ['another issuer', { iss: 'https://else.example.com' }],
  ['another audience', { aud: 'them' }],
  ['several audiences', { aud: ['us', 'them'] }],
  ['no end', { exp: undefined }],
])('of %s it is refused', (_, of) => expect(read(key.token({ ...claims, ...of })).ok).toBe(false));

it('its times count, within the tolerance', () => {
  const at = (nowMs: number) => read(key.token(claims), { nowMs }).ok;
  expect([998_999, 999_000, 2_001_000, 2_001_001].map(at)).toEqual([false, true, true, false]);
});

it('another key of the same name, a changed word, another spelling of the signature are refused', () => {
  const token = key.token(claims);
  const [header, payload, signature] = token.split('.') as [string, string, string];
  expect(read(token, {}, signingKey('k1').keys).ok).toBe(false);
  const other = Buffer.from(JSON.stringify({ ...claims, exp: 3000 })).toString('base64url');
  expect(read(`${header}.${other}.${signature}`).ok).toBe(false);
  for (const spelled of [`${signature}=`, `${signature}A`, '', signature.slice(0, -2)])
    expect(read(`${header}.${payload}.${spelled}`).ok).toBe(false);
});

it.each([{ alg: 'none' }, { alg: 'HS256' }, { alg: 'RS512' }, { kid: undefined }])(
  'a header of %j is refused',
  (of) => {
    expect(read(key.token(claims, of)).ok).toBe(false);
  },
);

it('tells a key that is not known, and nothing of what is refused anyway', () => {
  expect(read(key.token(claims), {}, [])).toMatchObject({ ok: false, unknownKey: true });
  expect(read(key.token({ ...claims, exp: 1 }), {}, [])).not.toHaveProperty('unknownKey');
});

it.each([
  [{ kid: 'k1', kty: 'oct', k: 'x' }],
  [{ kid: 'k1', kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
  [{ kid: 'k1', kty: 'RSA', n: '!'.repeat(400), e: '!' }],
])('a key that is none believes nothing: %j', (published) => {
  expect(read(key.token(claims), {}, [published])).toMatchObject({ ok: false });
});

it.each(['', '.', '..', 'a.b', 'a.b.c.d', `${'a'.repeat(9000)}.b.c`, '💥.b.c'])('%j is no token', (token) => {
  expect(read(token).ok).toBe(false);
});
