import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readForm, writeForm } from './form.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const read = (text: string, charset?: 'utf-8' | 'latin1') => readForm(bytes(text), charset);

test('reads names and values, unescaped; what comes twice is a list', () => {
  expect(read('a=1&b=%C3%A9+%26&c&=x&a=2&&d=e=f&a=3')).toEqual({
    ok: true,
    value: Object.assign(Object.create(null), { a: ['1', '2', '3'], b: 'é &', c: '', '': 'x', d: 'e=f' }),
  });
  expect(read('')).toMatchObject({ ok: true });
});

test('any name is a name', () => {
  const form = read('__proto__=1&constructor=2&toString=3');
  expect(form.ok && Object.entries(form.value)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['toString', '3'],
  ]);
  expect(({} as Record<string, unknown>)['1']).toBeUndefined();
});

test.each(['a=%', 'a=%zz', 'a=%ff', 'a=%C3', '%E0%A4=1', 'a=\xff', 'a=%ED%A0%80', 'x&'.repeat(1001)])(
  '%j is refused, not guessed at',
  (text) => {
    expect(read(text)).toMatchObject({ ok: false, status: 400 });
  },
);

test('ISO 8859-1 where the sender escapes that', () => {
  expect(read('a=%E9t%e9+\xe9', 'latin1')).toMatchObject({ ok: true, value: { a: 'été é' } });
});

test('what is written is read again', () => {
  const fields = fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 4 }),
    ),
  );
  fc.assert(
    fc.property(fields, (form) => {
      const again = readForm(Buffer.from(writeForm(form)));
      expect(again.ok && { ...again.value }).toEqual({ ...form });
    }),
  );
  expect(writeForm({ a: undefined, b: ['1', '2'] })).toBe('b=1&b=2');
});
