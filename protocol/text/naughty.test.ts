import { describe, expect, it } from 'vitest';
import { unitSchema } from '../capabilities.ts';
import type { Capabilities } from '../capabilities.ts';
import { adapt } from '../adapt/adapt.ts';
import { readAnswer } from '../adapt/answers.ts';
import { context } from '../adapt/arbitraries.ts';
import { choice, rich, sms } from '../adapt/channels.ts';
import { breaches } from '../adapt/checks.ts';
import { isOptOut } from '../adapt/consent.ts';
import { readDate } from '../adapt/dates.ts';
import { readDecimal } from '../adapt/fields.ts';
import type { Field } from '../content.ts';
import { gsmSeptets, smsSegments, transliterate } from './gsm.ts';
import { markdownToPlain } from './markdown.ts';
import { growingTexts, naughtyTexts } from './naughty.ts';
import { shorten, splitText } from './split.ts';
import { fits, graphemeEnds, measure } from './units.ts';

const limits = [
  { max: 160, unit: 'septets' },
  { max: 4096, unit: 'utf16' },
  { max: 1000, unit: 'utf8_bytes' },
  { max: 1000, unit: 'graphemes' },
] as const;

/**
 * No clock is read here, for other programs run beside it: what takes the square of the length runs out of the test's time (minutes for
 * most of these). The benchmark shows the growth itself: time for 4 n by time for n.
 */
describe('long texts', () => {
  const [longest, long] = [1_000_000, 200_000];
  it.each(Object.entries(growingTexts))('of %s are measured, cut and rewritten', (name, make) => {
    const text = make(name === 'one grapheme' ? longest : long);
    for (const limit of limits) {
      expect(measure(text, limit.unit)).toBeGreaterThan(0);
      const pieces = splitText(text, limit);
      expect(pieces.length).toBeGreaterThan(0);
      expect(pieces.every((piece) => fits(piece, limit))).toBe(true);
      expect(fits(shorten(text, limit), limit)).toBe(true);
    }
    expect(smsSegments(text).texts.join('')).toBe(text);
    expect(typeof transliterate(text)).toBe('string');
    expect(typeof markdownToPlain(text)).toBe('string');
  });

  const most = 65_536;
  it.each(Object.entries(growingTexts))('of %s are adapted, and are no answer', (name, make) => {
    const text = make(name === 'one grapheme' ? longest : most);
    for (const capabilities of [sms, rich])
      for (const content of [
        { kind: 'text' as const, text, format: 'markdown' as const },
        choice(['Yes', 'No'], { text }),
      ])
        expectWithin(adapt(content, capabilities, { ...context, transliterate: true }).parts, capabilities);
    const { question } = adapt(choice(['Yes', 'No'], { max_choices: 2 }), sms, context);
    expect(readAnswer({ kind: 'text', text }, question!)).toBeUndefined();
    expect(isOptOut(text)).toBe(false);
    for (const type of ['number', 'date', 'email', 'phone'] as const)
      expect(readAnswer({ kind: 'text', text }, asking({ type, required: false }))).toBeUndefined();
    const given = text.trim();
    expect(readAnswer({ kind: 'text', text }, asking({ type: 'text', required: false }))).toEqual(
      given === '' ? undefined : { type: 'value', value: given, via: 'value' },
    );
  });

  it('titles of a thousand marks each are numbered and read', () => {
    const marks = (letter: string) => `${letter}${'\u0301\u0316'.repeat(500)}`;
    const content = choice([...'abcdefghijklmnopqrst'].map(marks), { max_choices: 20 });
    const { question } = adapt(content, sms, context);
    expect(readAnswer({ kind: 'text', text: '3, 5' }, question!)).toMatchObject({ places: [2, 4] });
    expect(readAnswer({ kind: 'text', text: marks('c') }, question!)).toBeUndefined();
  });
});

function expectWithin(parts: ReturnType<typeof adapt>['parts'], capabilities: Capabilities): void {
  for (const part of parts) {
    expect(breaches(part, capabilities)).toEqual([]);
    expect(JSON.stringify(part).isWellFormed()).toBe(true);
  }
}

const asking = (field: Pick<Field, 'type' | 'required'>) => {
  const form = { kind: 'form' as const, title: 'Form', fields: [{ id: 'f', label: 'What?', ...field }] };
  return adapt(form, sms, context).question!;
};

describe('the escape pairs of the GSM alphabet', () => {
  it.each([...'\f^{}\\[~]|€'])(
    '%j is cut neither from its escape nor by the border it stands at',
    (letter) => {
      for (let before = 148; before <= 162; before++)
        for (const after of ['', 'b'.repeat(8), letter, 'b'.repeat(160)]) {
          const text = `${'a'.repeat(before)}${letter}${after}`;
          const { texts, encoding, units } = smsSegments(text);
          expect([encoding, units, texts.join('')]).toEqual(['gsm7', measure(text, 'septets'), text]);
          const most = texts.length === 1 ? 160 : 153;
          for (const one of texts) expect(septets(one)).toBeLessThanOrEqual(most);
          for (const piece of splitText(text, { max: 160, unit: 'septets' }))
            expect(septets(piece)).toBeLessThanOrEqual(160);
          // a short message is only closed early for a pair that has no room in it
          for (const [i, one] of texts.slice(0, -1).entries())
            expect(septets(one) + gsmSeptets(texts[i + 1]!.charCodeAt(0))).toBeGreaterThan(153);
        }
    },
  );
});
const septets = (text: string): number =>
  [...text].reduce((sum, one) => sum + gsmSeptets(one.charCodeAt(0)), 0);

describe('graphemes', () => {
  it.each([
    ['zwjEmoji', '👩‍👩‍👧‍👦'],
    ['flags', '🇫🇷'],
    ['skinTones', '👍🏽'],
    ['keycaps', '1️⃣'],
    ['hangulJamo', '\u1112\u1161\u11ab'],
    ['tagFlags', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ])('%s are cut between graphemes only, in every unit that holds one', (name, one) => {
    const text = naughtyTexts[name]!;
    const all = graphemeEnds(text).length;
    for (const unit of unitSchema.options) {
      const size = measure(one, unit);
      for (const max of [size, size + 1, size * 3 + 1]) {
        const pieces = splitText(text, { max: Math.max(max, 2), unit });
        expect(pieces.join('')).toBe(text);
        expect(pieces.reduce((sum, piece) => sum + graphemeEnds(piece).length, 0)).toBe(all);
      }
    }
  });

  it('are never cut so that a direction is left open where the text closes it in one line', () => {
    // the marks of direction are kept, in order: what a piece begins in is what the platform makes of it
    for (const name of ['rightToLeft', 'embeddedDirections', 'isolates']) {
      const text = naughtyTexts[name]!;
      const squeezed = (of: string) => of.replace(/\s/g, '');
      expect(squeezed(splitText(text, { max: 60, unit: 'utf16' }).join(''))).toBe(squeezed(text));
    }
  });
});

describe('answers', () => {
  const titles = Object.values(naughtyTexts)
    .map((text) => text.toWellFormed().trim().slice(0, 60).toWellFormed())
    .filter((text) => text !== '');
  const content = choice(titles, { max_choices: 3 });
  const { question } = adapt(content, sms, context);

  it('each naughty title comes back as itself, by its number and by its words', () => {
    for (const [place, { number, title }] of question!.options.entries()) {
      expect(readAnswer({ kind: 'text', text: String(number) }, question!)).toMatchObject({
        places: [place],
      });
      const read = readAnswer({ kind: 'text', text: title }, question!);
      // words that are nothing but marks or spaces are no words
      if (read) expect(read).toMatchObject({ places: [place] });
    }
  });

  it.each([
    ['\u200f2\u200f', [1]],
    ['\u202b2\u202c', [1]],
    ['\u2067\u0662\u2069', [1]],
    ['٢', [1]],
    ['۲', [1]],
    ['२', [1]],
    ['𝟐', [1]],
    ['2\ufe0f\u20e3', [1]],
    ['②', [1]],
    ['２、３', [1, 2]],
    ['٢-٤', [1, 2, 3]],
    ['٢ ٣', [1, 2]],
    ['\u200e1\u200e, \u200e3\u200e', [0, 2]],
    ['2\u0000', [1]],
  ])('%j is read', (text, places) => {
    const asked = adapt(
      choice(['Un', 'Deux', 'Trois', 'Quatre'], { max_choices: 3 }),
      sms,
      context,
    ).question!;
    expect(readAnswer({ kind: 'text', text }, asked)).toMatchObject({ places });
  });

  it.each(['\ud800', '\ud83d', '½', '-2', '2²', '2+2=4', '\u0301', '٢٫٥'])('%j is none', (text) => {
    const asked = adapt(choice(['Un', 'Deux', 'Trois', 'Quatre']), sms, context).question!;
    expect(readAnswer({ kind: 'text', text }, asked)).toBeUndefined();
  });
});

describe('values', () => {
  it.each([
    ['١٢٣٤', 1234],
    ['١٢٫٥', 12.5],
    ['\u200f12\u200f', 12],
    ['１２．５', 12.5],
    ['−5', -5],
    ['𝟏𝟐', 12],
    ['1\u202f234,5', 1234.5],
    ["1'234.50", 1234.5],
    ['1e5', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['1.2.3', undefined],
  ])('the number %j is %j', (text, value) => {
    expect(readDecimal(text, 'fr')).toBe(value);
  });

  it.each([
    ['٢٠٢٦-١١-٢٧', '2026-11-27'],
    ['２０２６年１１月２７日', '2026-11-27'],
    ['27/11/2026\u200f', '2026-11-27'],
    ['27 novembre\u0301 2026', '2026-11-27'],
    ['2026-02-30', undefined],
    ['0000-00-00', undefined],
    ['27 \ud800 2026', undefined],
    ['99999-11-27', undefined],
  ])('the date %j is %j', (text, value) => {
    expect(readDate(text, { language: 'fr' })).toBe(value);
  });

  it('take every naughty text without a guess', () => {
    for (const text of Object.values(naughtyTexts)) {
      expect(readDate(text, { language: 'fr', today: '2026-11-22' })).toBeUndefined();
      expect(readDecimal(text.slice(0, 320), 'fr')).toBeUndefined();
    }
  });
});

describe('markdown', () => {
  it('of every naughty text keeps each letter and number', () => {
    const kept = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
    for (const text of Object.values(naughtyTexts)) expect(kept(markdownToPlain(text))).toBe(kept(text));
  });
});
