import { expect, test } from 'vitest';
import { emojiNamed, emojiNameOf } from './emoji.ts';

test('an emoji has a name, whatever its skin tone and selector, and comes back from it', () => {
  expect(emojiNameOf('👍')).toBe('+1');
  expect(emojiNameOf('👍🏽')).toBe('+1');
  expect(emojiNameOf('❤')).toBe('heart');
  expect(emojiNamed('thumbsup')).toBe('👍');
  expect(emojiNamed(':heart:')).toBe('❤️');
});

test('what is not in the table has no name, and a name that is not stays one', () => {
  expect(emojiNameOf('🦤')).toBeUndefined();
  expect(emojiNameOf(':party_parrot:')).toBe('party_parrot');
  expect(emojiNamed('party_parrot')).toBe(':party_parrot:');
  expect(emojiNamed('a'.repeat(300)).length).toBe(64);
  expect(emojiNamed('constructor')).toBe(':constructor:');
});
