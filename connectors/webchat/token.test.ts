import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { normaliseAddress, readIdentity, readVisitor, signVisitor } from './token.ts';

const nowMs = 1_795_312_800_000;
const now = nowMs / 1000;
const key = { accountId: 'acc_a', secret: 'a'.repeat(32) };
const at = { ...key, nowMs };
const visitor = { id: 'v.AAECAwQFBgcICQoLDA0ODw', expires: now + 60 };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function jwt(claims: object, { alg = 'HS256', secret = key.secret, hash = 'sha256' } = {}): string {
  const data = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${data}.${createHmac(hash, secret).update(data).digest('base64url')}`;
}

describe("a visitor's token", () => {
  it('is read back', () => {
    expect(readVisitor(signVisitor(visitor, key), at)).toEqual({ ok: true, visitor });
  });

  it.each([
    ['another account', signVisitor(visitor, { ...key, accountId: 'acc_b' })],
    ['another secret', signVisitor(visitor, { ...key, secret: 'b'.repeat(32) })],
    [
      'another visitor under the same signature',
      `${part({ ...visitor, id: 'v.other' })}.${signVisitor(visitor, key).split('.')[1]}`,
    ],
    ['a bare id', visitor.id],
    ['no signature', `${part(visitor)}.`],
    ['nothing', ''],
    ['time run out', signVisitor({ ...visitor, expires: now }, key)],
  ])('is refused: %s', (_, token) => {
    expect(readVisitor(token, at).ok).toBe(false);
  });
});

describe("a merchant's identity", () => {
  const claims = { sub: 'customer 7', exp: now + 300 };

  it('becomes an address of its own name space', () => {
    const read = readIdentity(jwt({ ...claims, name: 'Ada', locale: 'fr' }), at);
    expect(read).toMatchObject({ ok: true, visitor: { id: 'u.customer%207', name: 'Ada', language: 'fr' } });
  });

  it('may name the account as its audience', () => {
    expect(readIdentity(jwt({ ...claims, aud: ['x', 'acc_a'] }), at).ok).toBe(true);
  });

  it.each([
    ['alg none', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['alg none with a signature', jwt(claims, { alg: 'none' })],
    ['HS512', jwt(claims, { alg: 'HS512', hash: 'sha512' })],
    ['another secret', jwt(claims, { secret: 'b'.repeat(32) })],
    ['no exp', jwt({ sub: 'a' })],
    ['exp gone by', jwt({ ...claims, exp: now - 61 })],
    ['exp far ahead', jwt({ ...claims, exp: now + 90_000 })],
    ['not yet valid', jwt({ ...claims, nbf: now + 120 })],
    ['no sub', jwt({ exp: now + 300 })],
    ['empty sub', jwt({ sub: '', exp: now + 300 })],
    ['another audience', jwt({ ...claims, aud: 'acc_b' })],
    ['a fourth part', `${jwt(claims)}.x`],
    ['no JWT', 'x'],
  ])('is refused: %s', (_, token) => {
    expect(readIdentity(token, at).ok).toBe(false);
  });

  it('cannot pass for an anonymous visitor, whatever the sub', () => {
    const read = readIdentity(jwt({ ...claims, sub: 'v.AAECAwQFBgcICQoLDA0ODw' }), at);
    expect(read.ok && normaliseAddress(`webchat:${read.visitor.id}`)).toBe(
      'webchat:u.v.AAECAwQFBgcICQoLDA0ODw',
    );
  });
});
