import { describe, expect, test } from 'vitest';
import { configFieldsSchema, credentialFieldsSchema, isPlainPattern } from './fields.ts';

describe('patterns of strangers', () => {
  test.each([
    '^[a-z]+$',
    String.raw`^[1-9]\d{0,15}:[A-Za-z0-9_-]{20,64}$`,
    String.raw`^\+[1-9]\d{4,14}$`,
    '^https?:[^ ]+$',
    '^[(+*)]{3}$',
  ])('%s is taken', (pattern) => expect(isPlainPattern(pattern)).toBe(true));

  test.each([
    '[a-z]+$',
    '^(a+)+$',
    '^(a|b)$',
    '^a|b$',
    '^a*a*a*$',
    `^${'a?'.repeat(20)}$`,
    '^[',
    '^(?=a)',
    `^${'a'.repeat(300)}`,
    String.raw`^(.)\1+$`,
  ])('%s is not', (pattern) => expect(isPlainPattern(pattern)).toBe(false));

  test('none that is taken takes long over a text of the longest kind', () => {
    const text = 'a'.repeat(8000);
    for (const pattern of ['^a*a*b', '^[ab]*[a]*c$', '^a{0,512}a{0,512}b'])
      if (isPlainPattern(pattern)) expect(new RegExp(pattern, 'u').test(text)).toBe(false);
  });
});

describe('schemas of accounts', () => {
  const of = (properties: object) => ({ type: 'object', properties, additionalProperties: false });

  test('a secret may not be in the configuration, and nothing else in the credentials', () => {
    const secret = of({ key: { type: 'string', writeOnly: true } });
    const open = of({ key: { type: 'string' } });
    expect([
      configFieldsSchema.safeParse(open).success,
      configFieldsSchema.safeParse(secret).success,
    ]).toEqual([true, false]);
    expect([
      credentialFieldsSchema.safeParse(open).success,
      credentialFieldsSchema.safeParse(secret).success,
    ]).toEqual([false, true]);
  });

  test.each([
    ['a reference', { $ref: '#/x' }],
    ['a condition', { if: { type: 'string' } }],
    ['an unknown type', { type: 'date' }],
    ['a nested pattern', { type: 'array', items: { type: 'string', pattern: '^(a+)+$' } }],
  ])('%s is refused', (_title, field) =>
    expect(configFieldsSchema.safeParse(of({ a: field })).success).toBe(false),
  );

  test('a merchant’s unknown field stays an error', () =>
    expect(configFieldsSchema.safeParse({ ...of({}), additionalProperties: true }).success).toBe(false));
});
