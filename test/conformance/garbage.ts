import * as fc from 'fast-check';

/** Runs a property with a fixed seed, so that a failure comes again, and gives what breaks it. */
export async function counterexample<T>(property: fc.IRawProperty<T>, numRuns = 200): Promise<string[]> {
  const result = await fc.check(property as fc.IProperty<T>, { seed: 20_261_122, numRuns });
  if (!result.failed) return [];
  const [input] = (result.counterexample ?? []) as unknown[];
  const error = result.errorInstance;
  const shownInput =
    input instanceof Uint8Array
      ? Buffer.from(input).toString('latin1')
      : (JSON.stringify(input) ?? 'undefined');
  return [`${error instanceof Error ? error.message : String(error)}, given ${shownInput.slice(0, 800)}`];
}

/** Stands for a number that JSON can write and no double can hold. */
const tooLarge = 'passerelle:1e999';

/** Values that a field of any type may turn out to be. */
const hostile: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  253_402_300_800_000,
  tooLarge,
  '',
  ' ',
  'x',
  '0',
  '-1',
  'NaN',
  'not a number',
  '\u0000',
  '\ud800',
  'a\udfffb',
  'a\r\nX-Injected: 1',
  '💥'.repeat(400),
  'y'.repeat(70_000),
  '__proto__',
  'constructor',
  'toString',
  [],
  {},
  [[]],
  [null],
  [{}],
  { '': 1 },
  { length: -1 },
  deep(60),
];

export function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 ? { a: value } : [value];
  return value;
}

const paths = (value: unknown, at: PropertyKey[] = []): PropertyKey[][] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))
    : []),
];

/** A copy of a JSON value with what is at `path` replaced, or taken away where there is no `put`. */
function replaced(value: unknown, path: PropertyKey[], put: { value: unknown } | undefined): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put?.value;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<PropertyKey, unknown>;
  if (rest.length === 0 && !put) delete copy[key];
  else copy[key] = replaced(copy[key], rest, put);
  return copy;
}

/** A JSON value with one to three of its places spoiled. */
export const mutatedJson = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(
      fc.tuple(
        fc.nat(),
        fc.oneof(fc.constant(undefined), fc.constantFrom(...hostile.map((of) => ({ value: of })))),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((spoilings) =>
      spoilings.reduce<unknown>((spoiled, [place, put]) => {
        const all = paths(spoiled);
        return replaced(spoiled, all[place % all.length] ?? [], put);
      }, value),
    );

/** As a body, with the number that no double can hold written out. */
export const jsonText = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replaceAll(`"${tooLarge}"`, '1e999');

/** Bytes with a piece cut out, doubled or overwritten. */
export const mutatedBytes = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom('cut', 'double', 'overwrite', 'end'),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 12 }),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((edits) =>
      edits.reduce<Uint8Array>((now, [edit, place, noise]) => {
        const at = now.length ? place % now.length : 0;
        const head = now.subarray(0, at);
        const tail = now.subarray(at);
        const parts = {
          cut: [head, tail.subarray(noise.length)],
          double: [head, tail.subarray(0, 200), tail],
          overwrite: [head, noise, tail.subarray(noise.length)],
          end: [head],
        }[edit];
        return new Uint8Array(Buffer.concat(parts));
      }, bytes),
    );

/** Bodies that are wrong in ways that no platform would send and an attacker will. */
export const hostileBodies: Record<string, Uint8Array> = Object.fromEntries(
  Object.entries({
    empty: '',
    'not JSON': '<html>hello</html>',
    'half of a JSON': '{"object":"',
    'a bare string': '"hello"',
    null: 'null',
    'a number': '42',
    'an empty object': '{}',
    'an array instead of an object': '[{"a":1}]',
    'nested 100 deep': JSON.stringify(deep(100)),
    'nested 100,000 deep': '['.repeat(100_000),
    'a number no double can hold': '{"entry":1e999,"update_id":1e999,"id":-1e999}',
    'a key __proto__': '{"__proto__":{"ok":true},"constructor":{"prototype":{}}}',
    'a lone surrogate': '{"message":"\\ud800","text":"\\udfff"}',
  }).map(([name, text]) => [name, new TextEncoder().encode(text)]),
);
hostileBodies['invalid UTF-8'] = Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0xc3, 0x28, 0x7d);
hostileBodies['a byte order mark and NULs'] = Uint8Array.of(0xef, 0xbb, 0xbf, 0, 0, 0);
