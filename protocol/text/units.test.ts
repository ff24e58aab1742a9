import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitSchema } from '../capabilities.ts';
import { naughtyTexts } from './naughty.ts';
import { createMeter, graphemeEnds, measure } from './units.ts';

describe('measure', () => {
  it.each([
    ['septets', 'a€', 3],
    ['septets', 'é', 1],
    ['septets', 'ç'.repeat(70), 160],
    ['septets', 'ç'.repeat(71), 163],
    ['septets', '😀', 5],
    ['utf16', '👍🏽', 4],
    ['utf8_bytes', 'aé€😀', 10],
    ['bytes', 'aé€😀', 10],
    ['codepoints', '👍🏽e\u0301', 4],
    ['count', '👍🏽', 2],
    ['graphemes', '👍🏽e\u0301', 2],
    ['graphemes', '\r\n', 1],
    ['graphemes', '', 0],
    ['utf8_bytes', '\ud800', 3],
    ['utf8_bytes', '\udc00\ud800', 6],
    ['codepoints', '\ud800\ud800', 2],
  ] as const)('counts %s of %j', (unit, text, length) => {
    expect(measure(text, unit)).toBe(length);
  });

  it('agrees with the runtime on bytes and code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(measure(text, 'utf8_bytes')).toBe(new TextEncoder().encode(text).length);
        expect(measure(text, 'codepoints')).toBe([...text].length);
      }),
    );
  });

  it('is what a meter adds up to, grapheme by grapheme', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...unitSchema.options),
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...Object.values(naughtyTexts))),
        (unit, text) => {
          const meter = createMeter(unit);
          let total = 0;
          let from = 0;
          for (const end of graphemeEnds(text)) {
            total = meter.add(text, from, end);
            from = end;
          }
          expect(total).toBe(measure(text, unit));
        },
      ),
    );
  });

  it('takes the short way only where it gives the same graphemes', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const latin = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code))
      .join('')
      .replaceAll('\r', '');
    for (const text of [latin, [...latin].toReversed().join('')])
      expect(graphemeEnds(text)).toHaveLength([...segmenter.segment(text)].length);
  });
});
