import { z } from 'zod';

/** An RFC 9457 problem. `type` is a page of the reference; `code` is stable, `detail` is for people. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string(),
    request_id: z.string(),
    retryable: z.boolean(),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('RFC 6901 JSON pointer into the body, or `#query/name`'),
          detail: z.string(),
        }),
      )
      .optional(),
    losses: z.array(z.unknown()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** RFC 6901 pointer from a path of keys. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const maxErrors = 20;
/** What a sender wrote may stand in a reason or a pointer: neither grows with it. */
const maxCharacters = 400;
const short = (text: string): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters).toWellFormed()}…` : text;

/** The places and reasons of a zod error, each of bounded length; a union says what is wrong with the branch that fits best. */
export function problemErrors(error: {
  issues: readonly z.core.$ZodIssue[];
}): { pointer: string; detail: string }[] {
  return error.issues
    .flatMap((issue) => openUnion(issue, []))
    .slice(0, maxErrors)
    .map((issue) => {
      const extra = issue.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
      return { pointer: short(jsonPointer([...issue.path, ...extra])), detail: short(issue.message) };
    });
}

function openUnion(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): z.core.$ZodIssue[] {
  const path = [...above, ...issue.path];
  const [best] = issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => misfit(a) - misfit(b)) : [];
  return best ? best.flatMap((inner) => openUnion(inner, path)) : [{ ...issue, path }];
}

/** A branch of another type altogether says nothing of what was meant. */
const misfit = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.length + (issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? 1000 : 0);
