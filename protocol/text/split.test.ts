import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitSchema } from '../capabilities.ts';
import type { Limit } from '../capabilities.ts';
import { naughtyTexts } from './naughty.ts';
import { shorten, splitText } from './split.ts';
import { fits, graphemeEnds, measure } from './units.ts';

const utf16 = (max: number): Limit => ({ max, unit: 'utf16' });
const visible = (text: string): string => text.replace(/[\s\u200b]/g, '');

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'b',
      ' ',
      ' ',
      '. ',
      '\n',
      '\n\n',
      '€',
      'e\u0301',
      '👩‍👧',
      '\ud800',
      'https://example.com/x ',
    ),
    maxLength: 300,
  }),
  fc.constantFrom(...Object.values(naughtyTexts)),
);
const anyLimit = fc.record({
  max: fc.integer({ min: 1, max: 200 }),
  unit: fc.constantFrom(...unitSchema.options),
});

function graphemes(text: string): string[] {
  let from = 0;
  return Array.from(graphemeEnds(text), (end) => text.slice(from, (from = end)));
}
const count = (pieces: string[]): number => pieces.filter((one) => visible(one) !== '').length;

describe('splitText', () => {
  it.each([
    [
      'at a paragraph',
      'One two three.\n\nFour five six. Seven',
      27,
      ['One two three.', 'Four five six. Seven'],
    ],
    ['at a line', 'one two three\nfour five six seven', 22, ['one two three', 'four five six seven']],
    ['at a sentence', 'One two three. Four five six seven', 24, ['One two three.', 'Four five six seven']],
    ['at a word', 'one two three four', 11, ['one two', 'three four']],
    ['at a full-width full stop', '你好你好你好。然后然后', 9, ['你好你好你好。', '然后然后']],
    ['before an address', '请看看https://example.com/page', 24, ['请看看', 'https://example.com/page']],
    [
      'inside an address that alone is too long',
      'https://example.com/page',
      12,
      ['https://exam', 'ple.com/page'],
    ],
    ['not at a no-break space', 'Combien de fois\u00a0?', 16, ['Combien de', 'fois\u00a0?']],
    ['not inside a grapheme', '👍🏽👍🏽👍🏽', 6, ['👍🏽', '👍🏽', '👍🏽']],
    ['not inside a surrogate pair, even in a grapheme too long', '👍🏽', 3, ['👍', '🏽']],
  ])('cuts %s', (_, text, max, pieces) => {
    expect(splitText(text, utf16(max))).toEqual(pieces);
  });

  it('leaves a text that fits as it is, and has no pieces of none', () => {
    expect(splitText('  a b  ', utf16(7))).toEqual(['  a b  ']);
    expect(splitText('', utf16(7))).toEqual([]);
  });

  it('counts one character outside the GSM alphabet against its own piece only', () => {
    const pieces = splitText(`${'a'.repeat(160)} ${'ç'.repeat(70)}`, { max: 160, unit: 'septets' });
    expect(pieces).toEqual(['a'.repeat(160), 'ç'.repeat(70)]);
  });

  it('keeps every piece within the limit and every visible character, in order', () => {
    fc.assert(
      fc.property(anyText, anyLimit, (text, limit) => {
        const pieces = splitText(text, limit);
        for (const piece of pieces) expect(measure(piece, limit.unit)).toBeLessThanOrEqual(limit.max);
        // limits below a code point's own size put question marks in its place
        const kept = visible(pieces.join('')) === visible(text);
        expect(kept || limit.max < 5).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never cuts a grapheme that fits', () => {
    fc.assert(
      fc.property(anyText, anyLimit, (text, limit) => {
        if (!graphemes(text).every((one) => fits(one, limit))) return;
        expect(count(splitText(text, limit).flatMap(graphemes))).toBe(count(graphemes(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('never cuts an address that fits', () => {
    const word = fc.constantFrom(
      'a',
      'word.',
      'https://example.com/a?b=c',
      'http://example.org/path/to/it.',
      '你好',
      '\n\n',
      'x'.repeat(45),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.integer({ min: 31, max: 90 }), (words, max) => {
        const text = words.join(' ');
        const addresses = text.match(/https?:\S+/g) ?? [];
        expect(splitText(text, utf16(max)).flatMap((piece) => piece.match(/https?:\S+/g) ?? [])).toEqual(
          addresses,
        );
      }),
    );
  });

  it('keeps room for what goes before', () => {
    fc.assert(
      fc.property(anyText, anyLimit, (text, limit) => {
        fc.pre(limit.max >= 40);
        for (const piece of splitText(text, limit, '(20/20) '))
          expect(measure(`(20/20) ${piece}`, limit.unit)).toBeLessThanOrEqual(limit.max);
      }),
    );
  });
});

describe('shorten', () => {
  it.each([
    ['fits', 10, 'utf16', 'fits'],
    ['Réserver une table pour deux', 20, 'graphemes', 'Réserver une table…'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaa', 10, 'septets', 'aaaaaaa...'],
    ['👍🏽👍🏽👍🏽', 5, 'utf16', '👍🏽…'],
    ['abc', 1, 'utf16', 'a'],
  ] as const)('%j to %d %s', (text, max, unit, expected) => {
    expect(shorten(text, { max, unit })).toBe(expected);
  });

  it('fits always', () => {
    fc.assert(
      fc.property(anyText, anyLimit, (text, limit) => {
        expect(fits(shorten(text, limit), limit)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
