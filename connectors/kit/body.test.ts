import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonDepth, readJson, readJsonAs } from './body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('any JSON of bounded depth comes back as it is', () => {
  fc.assert(
    fc.property(fc.json({ depthSize: 'small', maxDepth: 20 }), (text) => {
      expect(readJson(bytes(text))).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('any bytes give a value, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      const read = readJson(body);
      expect(read.ok || (read.status === 400 && read.detail.length > 0)).toBe(true);
    }),
  );
});

test.each([
  ['an empty body', new Uint8Array(), 'JSON'],
  ['a cut one', bytes('{"a":'), 'JSON'],
  ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), 'UTF-8'],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'JSON'],
  ['an overlong form', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'UTF-8'],
  ['a surrogate in UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'UTF-8'],
  ['65 levels', bytes('['.repeat(65) + ']'.repeat(65)), 'deeper'],
  ['a million levels', bytes('['.repeat(1_000_000)), 'deeper'],
])('%s is refused with the reason', (_, body, reason) => {
  const read = readJson(body);
  expect(read).toMatchObject({ ok: false, status: 400 });
  expect(!read.ok && read.detail).toContain(reason);
});

test('the place of a fault is told where it is known', () => {
  const read = readJson(bytes('{"a": 1, b}'));
  expect(!read.ok && read.detail).toMatch(/at character 9/);
});

test('64 levels pass; brackets in strings and after escapes do not count', () => {
  expect(readJson(bytes('['.repeat(64) + ']'.repeat(64))).ok).toBe(true);
  expect(jsonDepth('{"a":"[[[[\\"[[[["}')).toBe(1);
  expect(jsonDepth('["\\\\",[{}]]')).toBe(3);
  expect(jsonDepth('1')).toBe(0);
});

test('a body of another shape says where', () => {
  const schema = z.looseObject({ entry: z.array(z.looseObject({ id: z.string() })) });
  expect(readJsonAs(bytes('{"entry":[{"id":"a","more":1}],"unknown":true}'), schema)).toMatchObject({
    ok: true,
  });
  expect(readJsonAs(bytes('{"entry":[{"id":"a"},{"id":7}]}'), schema)).toMatchObject({
    ok: false,
    status: 422,
    pointer: '/entry/1/id',
  });
  expect(readJsonAs(bytes('nothing'), schema)).toMatchObject({ ok: false, status: 400 });
});
