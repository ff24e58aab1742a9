import { describe, expect, test } from 'vitest';
import { differences } from './compatibility.ts';
import type { Role } from './compatibility.ts';

/** What breaks whom: the two schemas, and for each role whether the change from the first to the second breaks. */
interface Planted {
  before: unknown;
  after: unknown;
  input: boolean;
  output: boolean;
}

const object = (
  properties: object,
  required: string[] = [],
  more: object = { additionalProperties: false },
) => ({
  type: 'object',
  properties,
  required,
  ...more,
});
const text = { type: 'string' };
const kind = (name: string, more: object = {}) => object({ kind: { const: name }, ...more }, ['kind']);

const planted: Record<string, Planted> = {
  'a property is gone': {
    before: object({ a: text, b: text }),
    after: object({ a: text }),
    input: true,
    output: true,
  },
  'a property is new': {
    before: object({ a: text }),
    after: object({ a: text, b: text }),
    input: false,
    output: false,
  },
  'a new property is required': {
    before: object({ a: text }),
    after: object({ a: text, b: text }, ['b']),
    input: true,
    output: false,
  },
  'a property is required now': {
    before: object({ a: text }),
    after: object({ a: text }, ['a']),
    input: true,
    output: false,
  },
  'a property may be left out now': {
    before: object({ a: text }, ['a']),
    after: object({ a: text }),
    input: false,
    output: true,
  },
  'no other properties now': {
    before: object({ a: text }, [], {}),
    after: object({ a: text }),
    input: true,
    output: false,
  },
  'other properties now': {
    before: object({ a: text }),
    after: object({ a: text }, [], { additionalProperties: true }),
    input: false,
    output: false,
  },
  'values of a map are tighter': {
    before: object({}, [], { additionalProperties: text }),
    after: object({}, [], { additionalProperties: { ...text, maxLength: 4 } }),
    input: true,
    output: false,
  },
  'names of a map are fewer': {
    before: { type: 'object', propertyNames: { enum: ['a', 'b'] } },
    after: { type: 'object', propertyNames: { enum: ['a'] } },
    input: true,
    output: true,
  },
  'another type': { before: text, after: { type: 'number' }, input: true, output: true },
  'a type, where anything went': { before: {}, after: text, input: true, output: false },
  'anything, where there was a type': { before: text, after: {}, input: false, output: true },
  'whole numbers only': {
    before: { type: 'number' },
    after: { type: 'integer' },
    input: true,
    output: false,
  },
  'fractions too': { before: { type: 'integer' }, after: { type: 'number' }, input: false, output: true },
  'null too': { before: text, after: { type: ['string', 'null'] }, input: false, output: true },
  'no null any more': {
    before: { anyOf: [text, { type: 'null' }] },
    after: text,
    input: true,
    output: false,
  },
  'a value is gone': { before: { enum: ['a', 'b'] }, after: { enum: ['a'] }, input: true, output: true },
  'a value is new': { before: { enum: ['a'] }, after: { enum: ['a', 'b'] }, input: false, output: false },
  'another constant': { before: { const: 1 }, after: { const: 2 }, input: true, output: true },
  'a list of values, where any went': {
    before: text,
    after: { ...text, enum: ['a'] },
    input: true,
    output: false,
  },
  'any value, where there was a list': {
    before: { ...text, enum: ['a'] },
    after: text,
    input: false,
    output: true,
  },
  'a lower limit': {
    before: { ...text, maxLength: 9 },
    after: { ...text, maxLength: 8 },
    input: true,
    output: false,
  },
  'a higher limit': {
    before: { ...text, maxLength: 9 },
    after: { ...text, maxLength: 10 },
    input: false,
    output: true,
  },
  'a limit is new': { before: text, after: { ...text, maxLength: 9 }, input: true, output: false },
  'a limit is gone': { before: { ...text, maxLength: 9 }, after: text, input: false, output: true },
  'a higher least': {
    before: { type: 'number', minimum: 0 },
    after: { type: 'number', minimum: 1 },
    input: true,
    output: false,
  },
  'a lower least': {
    before: { type: 'array', minItems: 2 },
    after: { type: 'array', minItems: 1 },
    input: false,
    output: true,
  },
  'another pattern': {
    before: { ...text, pattern: '^a' },
    after: { ...text, pattern: '^b' },
    input: true,
    output: true,
  },
  'a condition is new': {
    before: object({ a: text }),
    after: object({ a: text }, [], { additionalProperties: false, anyOf: [{ required: ['a'] }] }),
    input: true,
    output: false,
  },
  'a keyword that is not known here': {
    before: { type: 'array', contains: text },
    after: { type: 'array', contains: {} },
    input: true,
    output: true,
  },
  'items of a list': {
    before: { type: 'array', items: text },
    after: { type: 'array', items: { ...text, maxLength: 9 } },
    input: true,
    output: false,
  },
  'a kind is gone': {
    before: { oneOf: [kind('a'), kind('b')] },
    after: { oneOf: [kind('a')] },
    input: true,
    output: true,
  },
  'a kind is new': {
    before: { oneOf: [kind('a'), kind('b')] },
    after: { oneOf: [kind('b'), kind('c'), kind('a')] },
    input: false,
    output: false,
  },
  'within a kind': {
    before: { oneOf: [kind('a'), kind('b', { x: text })] },
    after: { oneOf: [kind('b', { x: { type: 'number' } }), kind('a')] },
    input: true,
    output: true,
  },
  'a type of a union is new': {
    before: { anyOf: [text, { type: 'number' }] },
    after: { anyOf: [text, { type: 'number' }, { type: 'array' }] },
    input: false,
    output: true,
  },
  'behind a reference': {
    before: { properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: { ...text, maxLength: 2 } } },
    after: {
      properties: { a: { $ref: '#/$defs/B', description: 'x' } },
      $defs: { B: { ...text, maxLength: 1 } },
    },
    input: true,
    output: false,
  },
  'behind parts that all hold': {
    before: { allOf: [object({ a: text }), { $ref: '#/$defs/B' }], $defs: { B: object({ b: text }) } },
    after: { allOf: [object({ a: text })] },
    input: true,
    output: true,
  },
};

describe('a planted difference is found, and breaks whom it breaks', () => {
  for (const [name, { before, after, ...breaks }] of Object.entries(planted))
    for (const role of ['input', 'output'] as Role[])
      test(`${name}: ${role}`, () => {
        const found = differences(before, after, role);
        expect(found.length).toBeGreaterThan(0);
        expect(
          found.some(({ breaking }) => breaking),
          JSON.stringify(found),
        ).toBe(breaks[role]);
        expect(differences(before, before, role)).toEqual([]);
      });
});

test('what says nothing of what is valid is no difference', () => {
  const before = { ...text, title: 'A', description: 'a', $id: 'urn:a', default: 'x', examples: ['x'] };
  for (const role of ['input', 'output'] as Role[]) {
    expect(differences(before, { ...text, $comment: 'b' }, role)).toEqual([]);
    const inlined = { properties: { a: text } };
    const shared = { properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: text } };
    expect(differences(inlined, shared, role)).toEqual([]);
  }
});

test('a schema that refers to itself comes to an end, and what differs in it is said once', () => {
  const tree = (leaf: object) => ({
    $ref: '#/$defs/Tree',
    $defs: { Tree: object({ leaf, left: { $ref: '#/$defs/Tree' }, right: { $ref: '#/$defs/Tree' } }) },
  });
  expect(differences(tree(text), tree({ type: 'number' }), 'output')).toEqual([
    { at: 'leaf', what: 'is number, was string', breaking: true },
  ]);
});

test('says where: properties, lists, maps and kinds on the way', () => {
  const within = (leaf: object) =>
    object({
      list: { type: 'array', items: { oneOf: [kind('a'), kind('b', { deep: leaf })] } },
      map: object({}, [], { additionalProperties: leaf }),
    });
  expect(differences(within(text), within({ ...text, maxLength: 1 }), 'input').map(({ at }) => at)).toEqual([
    'list[]<kind=b>.deep',
    'map{}',
  ]);
});
