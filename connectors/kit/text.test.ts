import { expect, test } from 'vitest';
import { fits, gsmSeptets, isGsm7, measure, shorten, smsSegments, splitText } from './text.ts';

test('a connector counts and cuts as the gateway does', () => {
  const limit = { max: 160, unit: 'septets' } as const;
  const text = `${'a'.repeat(159)}€`;
  expect([isGsm7(text), gsmSeptets('€'.charCodeAt(0)), measure(text, 'septets')]).toEqual([true, 2, 161]);
  expect(fits(text, limit)).toBe(false);
  expect(fits(shorten(text, limit), limit)).toBe(true);
  expect(smsSegments(text)).toMatchObject({ encoding: 'gsm7', segments: 2 });
  expect(splitText('one two three', { max: 7, unit: 'utf16' })).toEqual(['one two', 'three']);
});
