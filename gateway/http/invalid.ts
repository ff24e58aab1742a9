import type { Context } from 'hono';
import type { z } from 'zod';
import { problemErrors } from '../../protocol/problem.ts';
import { problem } from './problem.ts';
import type { Env } from './services.ts';

/** What zod refuses becomes a problem with pointers; places outside the body are written `#query/limit`. */
export function invalid(
  result: { success: true } | { success: false; error: z.ZodError; target: string },
  c: Context<Env>,
): Response | undefined {
  if (result.success) return undefined;
  const errors = problemErrors(result.error).map(({ pointer, detail }) => ({
    pointer: result.target === 'json' ? pointer : `#${result.target}${pointer}`,
    detail,
  }));
  const [first] = errors;
  return problem(c, 'invalid_request', {
    detail: first ? `${first.pointer || 'The body'}: ${first.detail}` : 'See errors.',
    errors,
  });
}
