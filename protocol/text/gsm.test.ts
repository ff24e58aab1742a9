import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gsmSeptets, isGsm7, smsSegments, transliterate } from './gsm.ts';
import { naughtyTexts } from './naughty.ts';

const alphabet = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isGsm7);

describe('the GSM alphabet (3GPP TS 23.038, 6.2.1)', () => {
  it('has 127 characters and 10 more through the escape', () => {
    expect(alphabet.filter((letter) => gsmSeptets(letter.charCodeAt(0)) === 1)).toHaveLength(127);
    expect(alphabet.filter((letter) => gsmSeptets(letter.charCodeAt(0)) === 2).toSorted()).toEqual(
      [...'\f^{}\\[~]|€'].toSorted(),
    );
  });

  it('has the capital cedilla and not the small one, and no escape', () => {
    expect(isGsm7('Ç')).toBe(true);
    expect(isGsm7('ç')).toBe(false);
    expect(isGsm7('\u001b')).toBe(false);
  });
});

describe('smsSegments', () => {
  it.each([
    ['', 'gsm7', 1],
    ['a'.repeat(160), 'gsm7', 1],
    ['a'.repeat(161), 'gsm7', 2],
    ['a'.repeat(306), 'gsm7', 2],
    ['a'.repeat(307), 'gsm7', 3],
    ['€'.repeat(80), 'gsm7', 1],
    ['€'.repeat(81), 'gsm7', 2],
    ['€'.repeat(153), 'gsm7', 3],
    ['ç'.repeat(70), 'ucs2', 1],
    ['ç'.repeat(71), 'ucs2', 2],
    ['😀'.repeat(35), 'ucs2', 1],
    ['😀'.repeat(66), 'ucs2', 2],
    ['😀'.repeat(67), 'ucs2', 3],
  ])('%# takes the standard number of messages', (text, encoding, segments) => {
    expect(smsSegments(text)).toMatchObject({ encoding, segments });
  });

  it('moves an escape pair that would straddle the border', () => {
    expect(smsSegments(`${'a'.repeat(152)}€${'b'.repeat(20)}`).texts).toEqual([
      'a'.repeat(152),
      `€${'b'.repeat(20)}`,
    ]);
  });

  it('keeps the text, the capacity and the pairs', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: fc.constantFrom('a', '€', '[', 'é'), maxLength: 800 }),
          fc.string({ unit: 'binary', maxLength: 400 }),
        ),
        (text) => {
          const { encoding, segments, texts } = smsSegments(text);
          expect(texts.join('')).toBe(text);
          expect(texts).toHaveLength(segments);
          for (const piece of texts) {
            expect(/^[\udc00-\udfff]/.test(piece) && text.isWellFormed()).toBe(false);
            const units =
              encoding === 'ucs2'
                ? piece.length
                : [...piece].reduce((sum, letter) => sum + gsmSeptets(letter.charCodeAt(0)), 0);
            const limit = { gsm7: [160, 153], ucs2: [70, 67] }[encoding][segments === 1 ? 0 : 1]!;
            expect(units).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });
});

describe('transliterate', () => {
  it.each([
    ['Ça va bien, «\u00a0très bien\u00a0»', 'Ça va bien, " très bien "'],
    ['l’été… œuvre – 20 € ça', "l'été... oeuvre - 20 € ca"],
    ['Łódź', 'Lodz'],
    ['Привет', 'Привет'],
    ['ok 👍', 'ok 👍'],
  ])('%s', (text, expected) => {
    expect(transliterate(text)).toBe(expected);
  });

  it('takes anything and changes no text of the alphabet', () => {
    for (const text of Object.values(naughtyTexts)) expect(typeof transliterate(text)).toBe('string');
    expect(transliterate(alphabet.join(''))).toBe(alphabet.join(''));
  });
});
