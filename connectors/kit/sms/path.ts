import { z } from 'zod';

/**
 * Where a value stands in what was parsed from JSON, XML, a form or a query: names and places joined by dots (`results.0.id`), or a JSON
 * Pointer (RFC 6901: `/results/0/id`) where a name has a dot. `*` stands for every member of a list; a single value is a list of one, as
 * XML has it. `.` is the whole.
 */
export const pathSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((path) => segmentsOf(path).length <= 16, 'goes deeper than 16 levels');

function segmentsOf(path: string): string[] {
  if (path === '.') return [];
  if (!path.startsWith('/')) return path.split('.');
  return path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const maxValues = 1000;

/** Every value at a path, at most 1,000; only own members are seen. */
export function valuesAt(root: unknown, path: string): unknown[] {
  let found: unknown[] = [root];
  for (const segment of segmentsOf(path)) {
    found = found
      .flatMap((value) => {
        if (segment === '*') return Array.isArray(value) ? (value as unknown[]) : [value];
        return typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
          ? [(value as Record<string, unknown>)[segment]]
          : [];
      })
      .slice(0, maxValues);
  }
  return found.filter((value) => value !== undefined && value !== null);
}

/** A text, a number or a boolean as a text; an XML element with attributes by its text. Lone surrogates are replaced. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return asText(value[0]);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '#text')
    ? asText((value as Record<string, unknown>)['#text'])
    : undefined;
}

/** The first text at the first of some paths that has one which is not empty. */
export function textAt(root: unknown, ...paths: readonly string[]): string | undefined {
  for (const path of paths)
    for (const value of valuesAt(root, path)) {
      const text = asText(value);
      if (text !== undefined && text !== '') return text;
    }
  return undefined;
}

const scalarSchema = z.union([z.string().max(200), z.number(), z.boolean()]);

/** Something that must hold of a value: that it is there, or is one of some, or begins in some way. Compared as texts. */
export const conditionSchema = z.strictObject({
  path: pathSchema,
  in: z.array(scalarSchema).min(1).max(50).optional(),
  starts: z.string().min(1).max(200).optional(),
  absent: z.literal(true).optional(),
});
export type Condition = z.infer<typeof conditionSchema>;

/** Whether it holds of every value at the path; undefined where there is none. */
export function holds(root: unknown, condition: Condition): boolean | undefined {
  const values = valuesAt(root, condition.path);
  if (condition.absent) return values.every((value) => asText(value) === '');
  if (values.length === 0) return undefined;
  return values.every((value) => oneHolds(asText(value), condition));
}

/** How many of the values fulfil a condition; none that is there fulfils that there should be none. */
export const fulfilled = (root: unknown, condition: Condition): number =>
  valuesAt(root, condition.path).filter((value) =>
    condition.absent ? asText(value) === '' : oneHolds(asText(value), condition),
  ).length;

function oneHolds(text: string | undefined, condition: Condition): boolean {
  if (condition.in && !condition.in.some((one) => String(one) === text)) return false;
  return condition.starts === undefined || (text?.startsWith(condition.starts) ?? false);
}
