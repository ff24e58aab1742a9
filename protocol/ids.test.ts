import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idPrefixes, idSchema, idTimeMs, isId, makeId } from './ids.ts';
import type { IdKind } from './ids.ts';

const kinds = Object.keys(idPrefixes) as IdKind[];
const kind = fc.constantFrom(...kinds);
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('ids', () => {
  test('are of their kind and of no other, and safe in subjects, paths and headers', () => {
    fc.assert(
      fc.property(kind, kind, time, random, (one, other, nowMs, bytes) => {
        const id = makeId(one, { nowMs, random: bytes });
        expect(id).toMatch(/^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$/);
        expect(idSchema(one).safeParse(id).success).toBe(true);
        expect(isId(other, id)).toBe(one === other);
      }),
    );
  });

  test('sort by the time they were made, and tell it', () => {
    fc.assert(
      fc.property(kind, time, time, random, random, (of, a, b, bytesA, bytesB) => {
        const [first, second] = [
          makeId(of, { nowMs: a, random: bytesA }),
          makeId(of, { nowMs: b, random: bytesB }),
        ];
        expect(idTimeMs(first)).toBe(a);
        if (a !== b) expect(first < second).toBe(a < b);
      }),
    );
  });

  test('keep all 80 random bits: other bytes, another id', () => {
    fc.assert(
      fc.property(random, fc.integer({ min: 0, max: 79 }), (bytes, bit) => {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(makeId('message', { nowMs: 1, random: changed })).not.toBe(
          makeId('message', { nowMs: 1, random: bytes }),
        );
      }),
    );
  });

  test('have a prefix of their own', () => {
    expect(new Set(Object.values(idPrefixes)).size).toBe(kinds.length);
  });

  test.each([
    '',
    'msg_',
    'msg_01HZZZZZZZZZZZZZZZZZZZZZZ',
    'msg_01hzzzzzzzzzzzzzzzzzzzzzzz',
    'msg_8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    'msg_01HZZZZZZZZZZZZZZZZZZZZZZU',
    ' msg_01HZZZZZZZZZZZZZZZZZZZZZZZ',
    'msg_01HZZZZZZZZZZZZZZZZZZZZZZZ\n',
  ])('%j is none', (text) => {
    expect(isId('message', text)).toBe(false);
    expect(idSchema('message').safeParse(text).success).toBe(false);
  });

  test('what is no id has no time', () => {
    for (const text of ['', 'x', 'msg_', 'msg_uuuuuuuuuu', 'msg_123']) expect(idTimeMs(text)).toBeNaN();
  });
});
