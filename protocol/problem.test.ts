import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { contentSchema } from './content.ts';
import { jsonPointer, problemErrors } from './problem.ts';

const errorsOf = (schema: z.ZodType, value: unknown) => {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error('expected a refusal');
  return problemErrors(parsed.error);
};

test('pointers are those of RFC 6901: they lead back to the place, whatever the keys', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat({ max: 99 })), { maxLength: 6 }), (path) => {
      const read = jsonPointer(path)
        .split('/')
        .slice(1)
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
      expect(read).toEqual(path.map(String));
    }),
  );
  expect(jsonPointer([])).toBe('');
  expect(jsonPointer(['a/b', 'm~n', 0])).toBe('/a~1b/m~0n/0');
});

test('an unknown field is pointed at itself', () => {
  expect(errorsOf(contentSchema, { kind: 'text', text: 'x', colour: 1 })[0]!.pointer).toBe('/colour');
  expect(errorsOf(contentSchema, { kind: 'card', card: { title: 't', colour: 1 } })[0]!.pointer).toBe(
    '/card/colour',
  );
});

test('an unknown kind is pointed at', () => {
  expect(errorsOf(contentSchema, { kind: 'telepathy' })[0]!.pointer).toBe('/kind');
});

test('a union says what is wrong with the branch that was meant', () => {
  const template = { kind: 'template', name: 'n', language: 'en', text: 't' };
  expect(
    errorsOf(contentSchema, { ...template, header: [{ type: 'image', id: 'm', colour: 1 }] })[0]!.pointer,
  ).toBe('/header/0/colour');
  const either = z.union([z.strictObject({ id: z.string() }), z.strictObject({ address: z.string() })]);
  expect(errorsOf(either, { address: 'x', colour: 1 })).toEqual([
    { pointer: '/colour', detail: expect.any(String) },
  ]);
  expect(errorsOf(either, { id: 7 })[0]!.pointer).toBe('/id');
  expect(errorsOf(z.object({ a: z.object({ b: either }) }), { a: { b: { id: 7 } } })[0]!.pointer).toBe(
    '/a/b/id',
  );
});

test('at most 20 errors, and none of them grows with what was sent', () => {
  const many = errorsOf(
    z.array(z.string()),
    Array.from({ length: 500 }, () => 1),
  );
  expect(many).toHaveLength(20);
  const long = errorsOf(
    z.strictObject({}),
    Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field_${i}`, 1])),
  );
  expect(JSON.stringify(long).length).toBeLessThan(1000);
  expect(JSON.stringify(errorsOf(z.strictObject({}), { ['é'.repeat(100_000)]: 1 })).length).toBeLessThan(
    2000,
  );
});
