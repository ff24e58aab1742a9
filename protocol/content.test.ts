import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyContent } from './adapt/arbitraries.ts';
import {
  contentKinds,
  contentSchema,
  languageSchema,
  mediaSchema,
  moneySchema,
  optionIdSchema,
} from './content.ts';

const parses = (value: unknown): boolean => contentSchema.safeParse(value).success;
const text = (change: object) => ({ kind: 'text', text: 'x', ...change });

describe('content', () => {
  test('has a schema for each kind, strict and with a text that may stand alone', () => {
    expect(new Set(contentKinds).size).toBe(contentKinds.length);
    for (const option of contentSchema.options) {
      expect(Object.keys(option.shape)).toContain('text');
      expect(option.def.catchall?._zod.def.type, String(option.shape.kind.value)).toBe('never');
    }
  });

  test('that fits its schema comes out of JSON as it went in', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const written = JSON.parse(JSON.stringify(content)) as unknown;
        expect(contentSchema.parse(written)).toEqual(written);
      }),
    );
  });

  test('with a field that nobody knows is refused, whatever the kind', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        expect(parses({ ...content, colour: 'red' })).toBe(false);
      }),
    );
  });

  test.each([undefined, null, 7, '', 'telepathy', '__proto__', ['text']])(
    'of the kind %j is none',
    (kind) => {
      expect(parses({ kind, text: 'x' })).toBe(false);
    },
  );
});

describe('texts', () => {
  test('may be anything that has a UTF-8 form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        expect(parses(text({ text: value }))).toBe(value.isWellFormed());
      }),
    );
    for (const half of ['\ud800', 'a\udc00b', '👍'.slice(0, 1)])
      expect(parses(text({ text: half }))).toBe(false);
  });

  test('end at 65,536 units, lines at 1,024', () => {
    expect(parses(text({ text: 'x'.repeat(65_536) }))).toBe(true);
    expect(parses(text({ text: 'x'.repeat(65_537) }))).toBe(false);
    expect(parses(text({ subject: 'x'.repeat(1024) }))).toBe(true);
    expect(parses(text({ subject: 'x'.repeat(1025) }))).toBe(false);
    expect(parses(text({ text: '' }))).toBe(false);
  });
});

describe('parts of content', () => {
  test('ids of options are visible ASCII, each once', () => {
    const choice = (...ids: string[]) => ({
      kind: 'choice',
      text: 'q',
      options: ids.map((id) => ({ id, title: id })),
    });
    expect(parses(choice('a', 'b'))).toBe(true);
    expect(parses(choice('a', 'a'))).toBe(false);
    expect(parses(choice())).toBe(false);
    for (const id of ['', ' ', 'é', 'a b', 'a\n', 'x'.repeat(129)])
      expect(optionIdSchema.safeParse(id).success).toBe(false);
  });

  test('media needs an id or a web address', () => {
    expect(mediaSchema.safeParse({ type: 'image' }).success).toBe(false);
    expect(mediaSchema.safeParse({ type: 'image', id: 'med_1' }).success).toBe(true);
    for (const url of ['http://example.com/a.png', 'https://example.com'])
      expect(mediaSchema.safeParse({ type: 'image', url }).success).toBe(true);
    for (const url of [
      'ftp://example.com',
      'javascript:alert(1)',
      'data:image/png;base64,',
      '/a.png',
      `https://example.com/${'a'.repeat(2048)}`,
    ])
      expect(mediaSchema.safeParse({ type: 'image', url }).success).toBe(false);
  });

  test('money is whole minor units of a currency', () => {
    expect(moneySchema.safeParse({ amount: 1250, currency: 'EUR' }).success).toBe(true);
    for (const wrong of [
      { amount: 12.5, currency: 'EUR' },
      { amount: 1, currency: 'eur' },
      { amount: 1, currency: '€' },
      { amount: '1', currency: 'EUR' },
    ])
      expect(moneySchema.safeParse(wrong).success).toBe(false);
  });

  test('languages are BCP 47 tags', () => {
    for (const tag of ['fr', 'en-GB', 'zh-Hant-TW', 'de-CH-1996'])
      expect(languageSchema.safeParse(tag).success).toBe(true);
    for (const tag of ['', 'f', 'fr_FR', 'français', 'fr-'])
      expect(languageSchema.safeParse(tag).success).toBe(false);
  });

  test('places are on this planet, scales have two ends', () => {
    expect(parses({ kind: 'location', latitude: 90, longitude: -180 })).toBe(true);
    for (const [latitude, longitude] of [
      [90.1, 0],
      [0, 180.1],
      [Number.NaN, 0],
    ])
      expect(parses({ kind: 'location', latitude, longitude })).toBe(false);
    expect(parses({ kind: 'survey', text: 'q', scale: { min: 0, max: 10 } })).toBe(true);
    expect(parses({ kind: 'survey', text: 'q', scale: { min: 2, max: 1 } })).toBe(false);
  });
});
