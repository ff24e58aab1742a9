import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmac, hmacMatches, sameSecret } from './signature.ts';

test('HMAC-SHA256 is that of RFC 4231, case 2', () => {
  expect(hmac('sha256', 'Jefe', 'what do ya want for nothing?').toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('two secrets are the same only if they are', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (one, other) => {
      expect(sameSecret(one, one)).toBe(true);
      expect(sameSecret(other, one)).toBe(other === one);
    }),
  );
});

test('nothing is the same as no secret: an empty setting opens no door', () => {
  expect(sameSecret('', '')).toBe(false);
  expect(sameSecret(undefined, '')).toBe(false);
  expect(sameSecret(undefined, 'secret')).toBe(false);
  expect(sameSecret('', 'secret')).toBe(false);
});

test.each(['sha1', 'sha256', 'sha512'] as const)(
  '%s: a signature of any bytes matches, and one changed byte does not',
  (algorithm) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.constantFrom('hex' as const, 'base64' as const),
        (data, encoding) => {
          const secret = 'signing-secret';
          const given = createHmac(algorithm, secret).update(data).digest(encoding);
          expect(hmacMatches({ algorithm, secret, data, given, encoding })).toBe(true);
          const changed = Uint8Array.from(data);
          changed[0]! ^= 1;
          expect(hmacMatches({ algorithm, secret, data: changed, given, encoding })).toBe(false);
          expect(hmacMatches({ algorithm, secret: 'another', data, given, encoding })).toBe(false);
        },
      ),
    );
  },
);

test('a missing, short, long or unreadable signature does not match, nor does an empty secret', () => {
  const data = 'body';
  const good = hmac('sha256', 's', data).toString('hex');
  const tryIt = (given: string | undefined, secret = 's') =>
    hmacMatches({ algorithm: 'sha256', secret, data, given, encoding: 'hex' });
  expect(
    [undefined, '', good.slice(0, 62), `${good}00`, 'zz', `sha256=${good}`].filter((given) => tryIt(given)),
  ).toEqual([]);
  expect(tryIt(hmac('sha256', '', data).toString('hex'), '')).toBe(false);
});
