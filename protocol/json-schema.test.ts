import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { anyContent } from './adapt/arbitraries.ts';
import { contentKinds, contentSchema } from './content.ts';
import { protocolDocuments, rolesOf } from './documents.ts';
import { envelopeSchema } from './envelope.ts';
import { eventTypes } from './events.ts';
import { contentExamples } from './examples/content.ts';
import { envelopeExample } from './examples/events.ts';
import type { JsonSchema } from './json-schema.ts';

const documents = protocolDocuments();
const schemas = Object.entries(documents).filter(([file]) => rolesOf(file));
// a `format` is an annotation in this dialect: what must hold stands in patterns
const ajv = new Ajv2020({ strictTypes: true, validateFormats: false });
const validatorOf = (file: string): ValidateFunction => {
  const { $id } = documents[file] as { $id: string };
  return ajv.getSchema($id) ?? ajv.compile(documents[file]!);
};

describe('each JSON Schema', () => {
  test.each(schemas)(
    '%s is of the dialect 2020-12, compiles strictly, and takes its own examples',
    (file, schema) => {
      expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
      const validate = validatorOf(file);
      for (const example of (schema['examples'] as unknown[] | undefined) ?? [])
        expect(validate(example), `${JSON.stringify(example)} ${ajv.errorsText(validate.errors)}`).toBe(true);
    },
  );

  test('says what it is, and has a name of its own that leads to no host', () => {
    const names = schemas.map(([, schema]) => String(schema['$id']));
    for (const name of names) expect(name).toMatch(/^urn:passerelle:[a-z_.:]+:1$/);
    expect(new Set(names).size).toBe(schemas.length);
    for (const [file, { title, description }] of schemas) {
      expect(String(title).length, file).toBeGreaterThan(3);
      expect(String(description), file).toMatch(/^.{10,}\.$/);
    }
  });

  test('a schema that is none is found', () => {
    expect(ajv.validateSchema({ type: 'text' })).toBe(false);
  });
});

test('there is an example of each kind of content and each type of event', () => {
  expect(Object.keys(contentExamples).toSorted()).toEqual(contentKinds.toSorted());
  for (const content of Object.values(contentExamples)) expect(contentSchema.parse(content)).toEqual(content);
  for (const type of eventTypes) expect(envelopeSchema.parse(envelopeExample(type)).type).toBe(type);
});

type Path = (string | number)[];

/** Every place in a value, the value itself first. */
const placesIn = (value: unknown, path: Path = []): Path[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);

/** A copy with the value at a place replaced; `undefined` takes it out. */
function withAt(value: unknown, path: Path, other: unknown): unknown {
  if (path.length === 0) return other;
  const copy = structuredClone(value);
  const holder = at(copy, path.slice(0, -1)) as Record<string, unknown> | unknown[];
  const key = path.at(-1)!;
  if (other !== undefined) (holder as Record<string, unknown>)[key] = other;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return copy;
}

/** Ways to spoil the value at a place; most must be refused, some are as good as before. */
const spoiled = (value: unknown): unknown[] => [
  undefined,
  null,
  17,
  -0.5,
  1e12,
  '',
  'no such value',
  'x'.repeat(1100),
  [],
  {},
  true,
  ...(typeof value === 'object' && value !== null && !Array.isArray(value)
    ? [{ ...value, colour: 'red' }]
    : []),
  ...(Array.isArray(value) && value.length > 0 ? [Array.from({ length: 60 }, () => value[0])] : []),
];

/** Refused for its shape, and not for what only code can say (twins, lone surrogates, a least above its most). */
const isStructural = (error: z.ZodError): boolean => {
  const issues = (list: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] =>
    list.flatMap((issue) =>
      issue.code === 'invalid_union' ? [issue, ...issue.errors.flatMap(issues)] : [issue],
    );
  return issues(error.issues).every(
    (issue) => issue.code !== 'custom' || /id or a url|has options/.test(issue.message),
  );
};

/** Whether zod and the JSON Schema say the same of a value; undefined where only zod can tell. */
function agree(schema: z.ZodType, validate: ValidateFunction, value: unknown): boolean | undefined {
  const result = schema.safeParse(value);
  if (!result.success && !isStructural(result.error)) return undefined;
  return validate(value) === result.success;
}

describe('what zod takes the JSON Schema takes, and what zod refuses for its shape it refuses', () => {
  test('any content, as it is', () => {
    const validate = validatorOf('content.json');
    fc.assert(
      fc.property(anyContent, (content) => {
        expect(validate(content), ajv.errorsText(validate.errors)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('any content, spoilt in any place', () => {
    const validate = validatorOf('content.json');
    let refused = 0;
    fc.assert(
      fc.property(anyContent, fc.nat(), fc.nat(), (content, place, way) => {
        const places = placesIn(content);
        const path = places[place % places.length]!;
        const ways = spoiled(at(content, path));
        const value = withAt(content, path, ways[way % ways.length]);
        expect(agree(contentSchema, validate, value), JSON.stringify(value)).not.toBe(false);
        if (!validate(value)) refused++;
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  test('every event, spoilt in every place', () => {
    const validate = validatorOf('event.json');
    let refused = 0;
    for (const type of eventTypes) {
      const event = envelopeExample(type);
      for (const path of placesIn(event))
        for (const way of spoiled(at(event, path))) {
          const value = withAt(event, path, way);
          const same = agree(envelopeSchema, validate, value);
          expect(same, `${path.join('.')} ${JSON.stringify(value)}`.slice(0, 400)).not.toBe(false);
          if (!validate(value)) refused++;
        }
    }
    expect(refused).toBeGreaterThan(1000);
  });

  test('a schema that has lost a rule is found', () => {
    const loose = structuredClone(documents['content.json']!) as { $id: string; oneOf: JsonSchema[] };
    loose.$id = 'urn:planted:loose';
    for (const kind of loose.oneOf) delete kind['additionalProperties'];
    const validate = ajv.compile(loose);
    expect(agree(contentSchema, validate, { kind: 'text', text: 'a', colour: 'red' })).toBe(false);
  });
});
