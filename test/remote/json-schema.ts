/**
 * A checker of JSON Schema 2020-12, as a stranger has one: it knows the keywords that our documents use and refuses any other, so that
 * nothing in them goes unchecked.
 */

type Schema = boolean | Record<string, unknown>;
type Check = (value: unknown, given: never, at: Place) => string[];

interface Place {
  path: string;
  schema: Record<string, unknown>;
  resolve(reference: string): Schema;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typeNames = (value: unknown): string[] => {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const all = (schemas: Schema[], value: unknown, at: Place): string[][] =>
  schemas.map((schema) => problems(schema, value, at));
const fits = (schema: Schema, value: unknown, at: Place): boolean => problems(schema, value, at).length === 0;
const unless = (fine: boolean, at: Place, says: string): string[] =>
  fine ? [] : [`${at.path || '/'} ${says}`];
const below = (at: Place, name: string | number): Place => ({ ...at, path: `${at.path}/${name}` });

const ofString =
  (holds: (value: string, given: never) => boolean, says: string): Check =>
  (value, given, at) =>
    typeof value === 'string' ? unless(holds(value, given), at, `${says} ${String(given)}`) : [];
const ofNumber =
  (holds: (value: number, given: number) => boolean, says: string): Check =>
  (value, given, at) =>
    typeof value === 'number' ? unless(holds(value, given), at, `${says} ${String(given)}`) : [];
const ofArray =
  (holds: (length: number, given: number) => boolean, says: string): Check =>
  (value, given, at) =>
    Array.isArray(value) ? unless(holds(value.length, given), at, `${says} ${String(given)}`) : [];
const nothing: Check = () => [];

const keywords = new Map<string, Check>(
  Object.entries<Check>({
    $ref: (value, given, at) => problems(at.resolve(given), value, at),
    type: (value, given, at) =>
      unless(
        typeNames(value).some((name) => [given].flat().includes(name as never)),
        at,
        `is no ${String(given)}`,
      ),
    enum: (value, given: unknown[], at) =>
      unless(
        given.some((one) => same(one, value)),
        at,
        'is none of the list',
      ),
    const: (value, given, at) => unless(same(value, given), at, `is not ${JSON.stringify(given)}`),
    anyOf: (value, given: Schema[], at) =>
      unless(
        given.some((one) => fits(one, value, at)),
        at,
        `fits none: ${all(given, value, at).flat().join('; ')}`,
      ),
    oneOf: (value, given: Schema[], at) => {
      const tried = all(given, value, at);
      const fitting = tried.filter((one) => one.length === 0).length;
      return unless(
        fitting === 1,
        at,
        `fits ${fitting} of those of which it must fit one: ${tried.flat().join('; ')}`,
      );
    },
    allOf: (value, given: Schema[], at) => all(given, value, at).flat(),
    not: (value, given: Schema, at) => unless(!fits(given, value, at), at, 'fits what it must not'),
    if: (value, given: Schema, at) => {
      const branch = at.schema[fits(given, value, at) ? 'then' : 'else'] as Schema | undefined;
      return branch === undefined ? [] : problems(branch, value, at);
    },
    properties: (value, given: Record<string, Schema>, at) =>
      isObject(value)
        ? Object.entries(given).flatMap(([name, schema]) =>
            Object.hasOwn(value, name) ? problems(schema, value[name], below(at, name)) : [],
          )
        : [],
    required: (value, given: string[], at) =>
      isObject(value)
        ? given.flatMap((name) => unless(Object.hasOwn(value, name), below(at, name), 'is missing'))
        : [],
    additionalProperties: (value, given: Schema, at) =>
      isObject(value)
        ? Object.keys(value).flatMap((name) =>
            Object.hasOwn((at.schema['properties'] ?? {}) as object, name)
              ? []
              : problems(given, value[name], below(at, name)),
          )
        : [],
    propertyNames: (value, given: Schema, at) =>
      isObject(value) ? Object.keys(value).flatMap((name) => problems(given, name, below(at, name))) : [],
    items: (value, given: Schema, at) =>
      Array.isArray(value) ? value.flatMap((one, i) => problems(given, one, below(at, i))) : [],
    minItems: ofArray((length, least) => length >= least, 'has fewer items than'),
    maxItems: ofArray((length, most) => length <= most, 'has more items than'),
    minLength: ofString((text, least: number) => [...text].length >= least, 'is shorter than'),
    maxLength: ofString((text, most: number) => [...text].length <= most, 'is longer than'),
    pattern: ofString((text, pattern: string) => new RegExp(pattern, 'u').test(text), 'does not match'),
    minimum: ofNumber((value, least) => value >= least, 'is less than'),
    maximum: ofNumber((value, most) => value <= most, 'is more than'),
    exclusiveMinimum: ofNumber((value, least) => value > least, 'is not more than'),
    exclusiveMaximum: ofNumber((value, most) => value < most, 'is not less than'),
    $schema: nothing,
    $defs: nothing,
    $id: nothing,
    title: nothing,
    description: nothing,
    default: nothing,
    examples: nothing,
    format: nothing,
    contentEncoding: nothing,
    writeOnly: nothing,
  }),
)
  .set('then', nothing)
  .set('else', nothing);

function problems(schema: Schema, value: unknown, at: Place): string[] {
  if (typeof schema === 'boolean') return unless(schema, at, 'may not be there');
  const here = { ...at, schema };
  return Object.entries(schema).flatMap(([keyword, given]) => {
    const check = keywords.get(keyword);
    if (!check) throw new Error(`${at.path}: the keyword ${keyword} is not known`);
    return check(value, given as never, here);
  });
}

/** What in a value doesn't fit a schema, references of which are pointers into `root`. */
export function schemaProblems(schema: Schema, value: unknown, root: unknown): string[] {
  const resolve = (reference: string): Schema =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], root) as Schema;
  return problems(schema, value, { path: '', schema: {}, resolve });
}
