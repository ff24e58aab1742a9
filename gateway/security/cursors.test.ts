import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCursors } from './cursors.ts';

const cursors = createCursors(randomBytes(32));

test('a cursor leads its owner back to its place', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (place) => {
      expect(cursors.decode('mer_1', cursors.encode('mer_1', place))).toBe(place);
    }),
  );
});

test('invariant 8: another’s cursor is worth nothing', () => {
  const cursor = cursors.encode('mer_1', 7);
  expect(cursors.decode('mer_2', cursor)).toBeUndefined();
  expect(createCursors(randomBytes(32)).decode('mer_1', cursor)).toBeUndefined();
});

test('invariant 8: a cursor tells nothing of its place: neighbours share nothing', () => {
  const bytes = [1, 2, 3, 256, 257].map((place) => Buffer.from(cursors.encode('mer_1', place), 'base64url'));
  for (const [i, one] of bytes.entries()) {
    for (const other of bytes.slice(i + 1)) {
      const same = one.filter((byte, at) => byte === other[at]).length;
      expect(same).toBeLessThan(8);
    }
  }
});

test.each([
  ['empty', ''],
  ['a number', '7'],
  ['text', 'mer_1'],
  ['too long', 'A'.repeat(44)],
  ['not base64', '%%%%'],
  ['a path', '../../etc/passwd'],
])('what is no cursor is refused, not an exception: %s', (_, cursor) => {
  expect(cursors.decode('mer_1', cursor)).toBeUndefined();
});

test('no change of a cursor leads anywhere', () => {
  const good = Buffer.from(cursors.encode('mer_1', 1000), 'base64url');
  for (let bit = 0; bit < 128; bit++) {
    const changed = Buffer.from(good);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(cursors.decode('mer_1', changed.toString('base64url'))).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (bytes) => {
      expect(cursors.decode('mer_1', Buffer.from(bytes).toString('base64url'))).toBeUndefined();
    }),
  );
});
