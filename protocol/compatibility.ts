/**
 * What is different between two JSON Schemas, and whether it breaks whoever relies on the first. `input` describes what others write
 * and the gateway reads, `output` what the gateway writes and others read: what is a relief to the one is a break to the other.
 * Readers ignore fields, kinds and values that they don't know (SPEC.md, Versions); so additions to an output break nobody.
 */
export type Role = 'input' | 'output';

export interface Difference {
  /** Where, in names of properties; `[]` is inside a list, `{}` inside a map, `<…>` one case of a union. */
  at: string;
  what: string;
  breaking: boolean;
}

type Schema = { [keyword: string]: unknown };

/** Two documents, in which references are looked up, and what was found so far. */
export interface Comparison {
  before: unknown;
  after: unknown;
  role: Role;
  found: Difference[];
  /** Pairs of schemas with references in them that were compared already: only those can lead back to themselves. */
  seen: Set<string>;
}

/** Compares two schemas that are documents of their own. Pure. */
export function differences(before: unknown, after: unknown, role: Role): Difference[] {
  const comparison: Comparison = { before, after, role, found: [], seen: new Set() };
  compareSchemas(comparison, '', before, after);
  return comparison.found;
}

/** Compares two schemas that stand in the documents of the comparison. `undefined` is a schema that is not there: anything goes. */
export function compareSchemas(comparison: Comparison, at: string, before: unknown, after: unknown): void {
  const [old, now] = [casesOf(comparison.before, before), casesOf(comparison.after, after)];
  if (old.size === 1 && now.size === 1)
    return compareCase(comparison, at, [...old.values()][0]!, [...now.values()][0]!);
  for (const [key, schema] of old) {
    const same = now.get(key);
    const where = `${at}<${key}>`;
    if (same) compareCase(comparison, where, schema, same);
    else note(comparison, where, 'is gone', isNamed(key) || comparison.role === 'input');
  }
  for (const key of now.keys())
    if (!old.has(key))
      note(comparison, `${at}<${key}>`, 'is new', !isNamed(key) && comparison.role === 'output');
}

const note = ({ found }: Comparison, at: string, what: string, breaking: boolean): void => {
  found.push({ at: at.replace(/^\./, '') || '(the whole)', what, breaking });
};

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a JSON pointer within the document (`#/a/b`) points at. */
export const lookUp = (document: unknown, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, key) => (isSchema(inner) ? inner[key] : undefined), document);

/** The schema itself where it is a reference; parts that all hold as one. */
function resolved(document: unknown, schema: unknown): Schema {
  if (schema === false) return { not: {} };
  if (!isSchema(schema)) return {};
  const { $ref, allOf, $defs: _, ...own } = schema;
  const target = typeof $ref === 'string' ? resolved(document, lookUp(document, $ref)) : {};
  const parts = Array.isArray(allOf) ? allOf.map((part) => resolved(document, part)) : [];
  return [target, ...parts].reduce<Schema>((all, part) => joined(part, all), own);
}

const joined = (first: Schema, second: Schema): Schema => ({
  ...first,
  ...second,
  ...(isSchema(first['properties']) || isSchema(second['properties'])
    ? { properties: { ...(first['properties'] as Schema), ...(second['properties'] as Schema) } }
    : {}),
  ...(first['required'] || second['required']
    ? { required: [...new Set([...listOf(first['required']), ...listOf(second['required'])])] }
    : {}),
});

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A schema's cases, each under a name of its own: the kinds of a union, else types. A schema that is no union has one. */
function casesOf(document: unknown, schema: unknown): Map<string, Schema> {
  const cases = flatCases(document, schema).map((one) => ({ one, fixed: fixedIn(document, one) }));
  const inAll = (pair: string): boolean =>
    cases.length > 1 && cases.every(({ fixed }) => fixed.includes(pair));
  const named = new Map<string, Schema>();
  for (const { one, fixed } of cases) {
    const name = fixed.filter((pair) => !inAll(pair)).join(' ') || typeNameOf(one);
    let free = name;
    for (let i = 2; named.has(free); i++) free = `${name} ${i}`;
    named.set(free, one);
  }
  return named;
}

function flatCases(document: unknown, schema: unknown): Schema[] {
  const { anyOf, oneOf, ...rest } = resolved(document, schema);
  const options = anyOf ?? oneOf;
  // beside properties, `anyOf` is a further condition and no union
  if (Array.isArray(options) && rest['type'] === undefined && rest['properties'] === undefined)
    return options.flatMap((option) => flatCases(document, option));
  const whole = { ...rest, ...(anyOf ? { anyOf } : {}), ...(oneOf ? { oneOf } : {}) };
  const { type } = rest;
  return Array.isArray(type) ? type.map((one) => ({ ...whole, type: one })) : [whole];
}

/** Properties that have one value only, such as `kind=text`: what tells the cases of a union apart. */
function fixedIn(document: unknown, { properties, required }: Schema): string[] {
  return Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, property]) => {
    const value = resolved(document, property)['const'];
    return value !== undefined && listOf(required).includes(name) ? [`${name}=${String(value)}`] : [];
  });
}

function typeNameOf({ const: value, type }: Schema): string {
  if (value !== undefined) return `=${JSON.stringify(value)}`;
  return typeof type === 'string' ? (type === 'integer' ? 'number' : type) : 'anything';
}

/** Told apart by a value and not by a type: readers know what they don't know. */
const isNamed = (key: string): boolean => key.includes('=');

/** Keywords that say nothing of what is valid. */
const annotations = new Set(
  '$id $schema $defs $comment title description examples default deprecated readOnly writeOnly discriminator example'.split(
    ' ',
  ),
);
const compared = new Set(
  'type const enum properties required additionalProperties propertyNames items'.split(' '),
);
const most = new Set('maximum exclusiveMaximum maxLength maxItems maxProperties'.split(' '));
const least = new Set('minimum exclusiveMinimum minLength minItems minProperties'.split(' '));

function compareCase(comparison: Comparison, at: string, before: Schema, after: Schema): void {
  const pair = JSON.stringify([before, after]);
  if (comparison.seen.has(pair)) return;
  if (pair.includes('"$ref"')) comparison.seen.add(pair);
  compareTypes(comparison, at, before, after);
  compareValues(comparison, at, before, after);
  compareRules(comparison, at, before, after);
  compareProperties(comparison, at, before, after);
  for (const [keyword, step] of [
    ['items', '[]'],
    ['propertyNames', '{name}'],
  ] as const)
    if (before[keyword] !== undefined || after[keyword] !== undefined)
      compareSchemas(comparison, `${at}${step}`, before[keyword], after[keyword]);
}

/** A tighter rule breaks who writes, a looser one who reads. */
const tighter = (comparison: Comparison, at: string, what: string): void =>
  note(comparison, at, what, comparison.role === 'input');
const looser = (comparison: Comparison, at: string, what: string): void =>
  note(comparison, at, what, comparison.role === 'output');

function compareTypes(comparison: Comparison, at: string, before: Schema, after: Schema): void {
  const [old, now] = [before['type'], after['type']];
  if (old === now) return;
  const what = `is ${String(now ?? 'anything')}, was ${String(old ?? 'anything')}`;
  if (now === undefined || (old === 'integer' && now === 'number')) looser(comparison, at, what);
  else if (old === undefined || (old === 'number' && now === 'integer')) tighter(comparison, at, what);
  else note(comparison, at, what, true);
}

const valuesOf = (schema: Schema): string[] | undefined =>
  schema['const'] !== undefined
    ? [JSON.stringify(schema['const'])]
    : Array.isArray(schema['enum'])
      ? schema['enum'].map((value) => JSON.stringify(value))
      : undefined;

function compareValues(comparison: Comparison, at: string, before: Schema, after: Schema): void {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old && !now) return looser(comparison, at, 'may be any value, was one of a list');
  if (!old && now) return tighter(comparison, at, `must be one of a list: ${now.join(', ')}`);
  for (const value of old ?? []) if (!now?.includes(value)) note(comparison, at, `${value} is gone`, true);
  for (const value of now ?? []) if (!old?.includes(value)) note(comparison, at, `${value} is new`, false);
}

function compareRules(comparison: Comparison, at: string, before: Schema, after: Schema): void {
  for (const keyword of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (annotations.has(keyword) || compared.has(keyword)) continue;
    const [old, now] = [before[keyword], after[keyword]];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    if (now === undefined) looser(comparison, at, `${keyword} ${JSON.stringify(old)} is gone`);
    else if (old === undefined) tighter(comparison, at, `${keyword} ${JSON.stringify(now)} is new`);
    else {
      const what = `${keyword} is ${JSON.stringify(now)}, was ${JSON.stringify(old)}`;
      const grows = Number(now) > Number(old);
      if (most.has(keyword)) (grows ? looser : tighter)(comparison, at, what);
      else if (least.has(keyword)) (grows ? tighter : looser)(comparison, at, what);
      // which of two patterns takes more cannot be told
      else note(comparison, at, what, true);
    }
  }
}

function compareProperties(comparison: Comparison, at: string, before: Schema, after: Schema): void {
  const [old, now] = [before, after].map((schema) => (schema['properties'] ?? {}) as Schema) as [
    Schema,
    Schema,
  ];
  const [needed, needs] = [before, after].map((schema) => listOf(schema['required'])) as [
    unknown[],
    unknown[],
  ];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const where = `${at}.${name}`;
    if (!(name in now)) note(comparison, where, 'is gone', true);
    else if (name in old) compareSchemas(comparison, where, old[name], now[name]);
    else note(comparison, where, 'is new', false);
  }
  for (const name of needs)
    if (!needed.includes(name)) tighter(comparison, `${at}.${String(name)}`, 'is required now');
  for (const name of needed)
    if (!needs.includes(name) && String(name) in now)
      looser(comparison, `${at}.${String(name)}`, 'may be left out now');
  compareOthers(comparison, at, before['additionalProperties'], after['additionalProperties']);
}

/** What else may stand in an object. */
function compareOthers(comparison: Comparison, at: string, before: unknown, after: unknown): void {
  if (before !== false && after !== false) {
    if (isSchema(before) || isSchema(after)) compareSchemas(comparison, `${at}{}`, before, after);
  } else if (before !== after)
    note(
      comparison,
      at,
      after === false ? 'takes no other properties now' : 'takes other properties now',
      after === false && (comparison.role === 'input' || isSchema(before)),
    );
}
