import { createHash, createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HookRequest } from '../../contract/index.ts';
import {
  fiveMinutesMs,
  verifyBird,
  verifyMessageBirdJwt,
  verifyQueryToken,
  verifySinch,
  verifyTelnyx,
  verifyVonage,
} from './index.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const seconds = nowMs / 1000;
const clock = { nowMs, toleranceMs: fiveMinutesMs };
const url = 'https://gateway.test/hooks/x/acc_1?a=1';

const mac = (algorithm: string, secret: string, ...data: (string | Buffer)[]): Buffer => {
  const sum = createHmac(algorithm, secret);
  for (const each of data) sum.update(each);
  return sum.digest();
};
const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (header: object, claims: object, secret: string, hash = 'sha256'): string => {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${mac(hash, secret, signed).toString('base64url')}`;
};
const vonageClaims = (body: Buffer): object => ({
  iat: seconds,
  jti: 'a',
  iss: 'Vonage',
  payload_hash: sha256(body).toString('hex'),
});
const request = (body: Buffer, headers: Record<string, string>, address = url): HookRequest => ({
  method: 'POST',
  path: '',
  url: address,
  query: new URL(address).searchParams,
  headers,
  body,
});

describe('Vonage', () => {
  const body = Buffer.from('{}');
  const claims = vonageClaims(body);
  const ask = (token: string, rules: { apiKey?: string } = {}) =>
    verifyVonage(request(body, { authorization: `Bearer ${token}` }), 'secret', { ...clock, ...rules }).ok;

  test('takes no other algorithm: none, RS256 with the secret as key, HS512, another case', () => {
    expect(ask(jwt({ alg: 'HS256' }, claims, 'secret'))).toBe(true);
    expect(ask(`${part({ alg: 'none' })}.${part(claims)}.`)).toBe(false);
    expect(ask(`${part({ alg: 'none' })}.${part(claims)}.AA`)).toBe(false);
    for (const alg of ['none', 'None', 'RS256', 'ES256', 'hs256', 'HS256 ', '', '__proto__', 'constructor'])
      expect([alg, ask(jwt({ alg, typ: 'JWT' }, claims, 'secret'))]).toEqual([alg, false]);
    expect(ask(jwt({ alg: 'HS512' }, claims, 'secret', 'sha512'))).toBe(false);
    expect(ask(jwt({ alg: ['HS256'] }, claims, 'secret'))).toBe(false);
    expect(ask(jwt({ alg: 'HS256', crit: ['exp'] }, claims, 'secret'))).toBe(false);
    expect(ask(jwt({ alg: 'HS256', typ: 'JWE' }, claims, 'secret'))).toBe(false);
  });

  test('wants its claims: issuer, time, hash of the body, and the account where one is known', () => {
    const signed = (more: object) => jwt({ alg: 'HS256' }, { ...claims, ...more }, 'secret');
    for (const more of [
      { iss: 'MessageBird' },
      { iss: undefined },
      { iat: undefined },
      { iat: '1' },
      { payload_hash: undefined },
      { payload_hash: 7 },
      { payload_hash: sha256('other').toString('hex') },
      { exp: seconds - 301 },
      { nbf: seconds + 301 },
    ])
      expect([more, ask(signed(more))]).toEqual([more, false]);
    expect(ask(signed({ api_key: 'k1' }), { apiKey: 'k1' })).toBe(true);
    expect(ask(signed({ api_key: 'k2' }), { apiKey: 'k1' })).toBe(false);
    expect(ask(claimsOnly('[]'))).toBe(false);
  });

  const claimsOnly = (payload: string): string => {
    const signed = `${part({ alg: 'HS256' })}.${Buffer.from(payload).toString('base64url')}`;
    return `${signed}.${mac('sha256', 'secret', signed).toString('base64url')}`;
  };

  test('is not led astray by a token that is none', () => {
    for (const token of [
      '',
      '.',
      '..',
      'a.b',
      'a.b.c.d',
      'a'.repeat(9000),
      `${jwt({ alg: 'HS256' }, claims, 'secret')}=`,
    ])
      expect(ask(token)).toBe(false);
  });
});

test('MessageBird: the address is signed too, and a hash of the body is owed where there is one', () => {
  const claims = { iss: 'MessageBird', iat: seconds, jti: 'b', url_hash: sha256(url).toString('hex') };
  const ask = (body: string, more: object, address = url) =>
    verifyMessageBirdJwt(
      request(
        Buffer.from(body),
        { 'messagebird-signature-jwt': jwt({ alg: 'HS256' }, { ...claims, ...more }, 'k') },
        address,
      ),
      'k',
      clock,
    ).ok;
  expect(ask('', {})).toBe(true);
  expect(ask('{}', {})).toBe(false);
  expect(ask('{}', { payload_hash: sha256('{}').toString('hex') })).toBe(true);
  expect(ask('', {}, url.replace('acc_1', 'acc_2'))).toBe(false);
  expect(ask('', { jti: undefined })).toBe(false);
});

test('Bird signs the address: another account’s request is not taken', () => {
  const given = mac('sha256', 'k', `${seconds}\n${url}\n`, sha256('x')).toString('base64');
  const headers = { 'messagebird-request-timestamp': `${seconds}`, 'messagebird-signature': given };
  expect(verifyBird(request(Buffer.from('x'), headers), 'k', clock).ok).toBe(true);
  const moved = request(Buffer.from('x'), headers, url.replace('acc_1', 'acc_2'));
  expect(verifyBird(moved, 'k', clock).ok).toBe(false);
});

test('Sinch: another algorithm is not taken, whatever the header calls it', () => {
  const body = Buffer.from('x');
  const headers = {
    'x-sinch-webhook-signature-timestamp': `${seconds}`,
    'x-sinch-webhook-signature-nonce': 'N1',
    'x-sinch-webhook-signature': mac('sha256', 's', body, `.N1.${seconds}`).toString('base64'),
  };
  for (const algorithm of ['HmacSHA1', 'none', 'hmacsha256', ''])
    expect(
      verifySinch(request(body, { ...headers, 'x-sinch-webhook-signature-algorithm': algorithm }), 's', clock)
        .ok,
    ).toBe(false);
});

test('a token in the address must be there once and be the right one', () => {
  const ask = (query: string, token = 't-1') =>
    verifyQueryToken(request(Buffer.alloc(0), {}, `https://gateway.test/h?${query}`), 'token', token).ok;
  expect(ask('token=t-1')).toBe(true);
  for (const query of ['', 'token=', 'token=t-2', 'token=t-1&token=t-1', 'Token=t-1'])
    expect(ask(query)).toBe(false);
  expect(ask('token=', '')).toBe(false);
});

test('keys that are no keys match nothing', () => {
  const body = Buffer.from('x');
  const { privateKey } = generateKeyPairSync('ed25519');
  const given = signBytes(null, Buffer.from(`${seconds}|x`), privateKey).toString('base64');
  const headers = { 'telnyx-timestamp': `${seconds}`, 'telnyx-signature-ed25519': given };
  for (const key of [
    '',
    'AAAA',
    'ÿ',
    Buffer.alloc(32).toString('base64'),
    Buffer.alloc(64).toString('base64'),
  ])
    expect(verifyTelnyx(request(body, headers), key, clock).ok).toBe(false);
});
