import { z } from 'zod';

/**
 * Templates: texts with `{names}` in braces; `{{` and `}}` are braces. Nothing in them is ever run, and every value is escaped for the
 * place where it goes: a path, a query, a header, JSON, a form, XML.
 */
const messageNames = [
  'to',
  'to.digits',
  'from',
  'from.digits',
  'text',
  'text.hex',
  'text.gsm7',
  'text.ucs2',
  'id',
  'id.uuid',
  'hook',
  'media_url',
  'valid_for_seconds',
  'valid_for_minutes',
  'valid_until',
  'encoding',
  'segments',
] as const;
export type MessageName = (typeof messageNames)[number];

/** What headers and paths may hold: nothing that a consumer or a text could have a say in. */
const settledNames: readonly string[] = ['id', 'id.uuid', 'encoding'] satisfies MessageName[];

const placeholder = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
const settingName = /^(?:config|secret)\.[a-z][a-z0-9_]{0,40}$/;

function problemOf(template: string, allowed: readonly string[]): string | undefined {
  for (const [whole, name] of template.matchAll(placeholder)) {
    if (whole === '{{' || whole === '}}') continue;
    if (name === undefined) return 'has a brace that is neither doubled nor closed';
    if (!allowed.includes(name) && !settingName.test(name))
      return `knows no {${name}} here; there are ${[...allowed, 'config.…', 'secret.…'].join(', ')}`;
  }
  return undefined;
}

const templateOf = (allowed: readonly string[], max: number) =>
  z
    .string()
    .max(max)
    .superRefine((template, context) => {
      const problem = problemOf(template, allowed);
      if (problem) context.addIssue({ code: 'custom', message: problem });
    });

/** For bodies and queries. */
export const templateSchema = templateOf(messageNames, 4096);
/** For headers and credentials: one line of visible ASCII, and no value that could bring another. */
export const headerTemplateSchema = templateOf(settledNames, 1024).regex(
  /^[\u0020-\u007e]*$/,
  'expected one line of visible ASCII',
);
/** For paths: below the account's base address, which nothing in them can leave. */
export const pathTemplateSchema = templateOf([...settledNames, 'to', 'to.digits'], 512).regex(
  /^\/(?!\/)[\w.~!$&'()*+,;=:@%{}/-]*$/,
  'expected a path that begins with one slash',
);

/** What a name stands for; undefined: it has no value, and the field with it is left out. */
export type Lookup = (name: string) => string | number | boolean | undefined;

/** A template with its values, each escaped; undefined if one of them has none. */
export function fill(
  template: string,
  lookup: Lookup,
  escape: (value: string) => string = (value) => value,
): string | undefined {
  let missing = false;
  const filled = template.replace(placeholder, (whole, name: string | undefined) => {
    if (name === undefined) return whole[0]!;
    const value = lookup(name);
    if (value === undefined) missing = true;
    return escape(String(value ?? ''));
  });
  return missing ? undefined : filled;
}

/** A path with its values as single segments: none of them may be a way up. */
export const fillPath = (template: string, lookup: Lookup): string | undefined => {
  const filled = fill(template, lookup, encodeURIComponent);
  return filled?.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)) ? undefined : filled;
};

/** A header's value; undefined where a value holds what no header may (RFC 9110, 5.5). */
export const fillHeader = (template: string, lookup: Lookup): string | undefined => {
  const filled = fill(template, lookup);
  return filled !== undefined && /^[\u0020-\u007e\u0080-\u00ff]*$/.test(filled) ? filled : undefined;
};

/**
 * A JSON value with every text in it filled. A text that is one placeholder becomes its value as it is (a number stays one); members
 * without a value are left out, and so is a list or an object in which no placeholder at all has one (a validity without a duration).
 */
export function fillJson(value: unknown, lookup: Lookup): unknown {
  const seen = { placeholders: 0, values: 0 };
  const filled = fillMembers(value, (name) => {
    const found = lookup(name);
    seen.placeholders++;
    if (found !== undefined) seen.values++;
    return found;
  });
  return seen.placeholders > 0 && seen.values === 0 ? undefined : filled;
}

function fillMembers(value: unknown, lookup: Lookup): unknown {
  if (typeof value === 'string') {
    const only = /^\{([^{}]+)\}$/.exec(value)?.[1];
    return only === undefined ? fill(value, lookup) : lookup(only);
  }
  if (Array.isArray(value))
    return value.map((each) => fillJson(each, lookup)).filter((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const filled = fillJson(inner, lookup);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** JSON whose texts are templates, at most 8 levels deep. */
export const jsonTemplateSchema: z.ZodType<Json> = z.lazy(() =>
  z.union([
    templateSchema,
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonTemplateSchema).max(50),
    z.record(z.string().max(128), jsonTemplateSchema),
  ]),
);
