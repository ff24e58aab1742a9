import { expect, test } from 'vitest';
import { Until } from './until.ts';

test('it gets shorter with the clock, and is over in its time', () => {
  const until = new Until(1000, 0);
  expect([until.leftMs(0), until.leftMs(400), until.leftMs(1000), until.leftMs(9000)]).toEqual([
    1000, 600, 0, 0,
  ]);
});

test('a clock that is set back makes it no longer, however often it is', () => {
  const until = new Until(1000, 0);
  expect(until.leftMs(400)).toBe(600);
  expect(until.leftMs(-500_000)).toBe(600);
  expect(until.leftMs(-499_900)).toBe(500);
  expect(until.leftMs(-900_000)).toBe(500);
  expect(until.leftMs(-899_500)).toBe(0);
});
