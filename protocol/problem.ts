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
      .array(z.object({ pointer: z.string().describe('RFC 6901 JSON pointer into the body, or `#query/name`'), detail: z.string() }))
      .optional(),
    losses: z.array(z.unknown()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** RFC 6901 pointer from a path of keys. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The places and reasons of a zod error; union branches are opened where they say more. */
export function problemErrors(error: z.ZodError): { pointer: string; detail: string }[] {
  return error.issues.slice(0, 20).map((issue) => {
    const extra = issue.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
    return { pointer: jsonPointer([...issue.path, ...extra]), detail: issue.message };
  });
}
