import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from '../../protocol/problem.ts';
import { problemCodes } from '../problems.ts';
import type { ProblemCode, Refusal } from '../problems.ts';
import type { Env } from './services.ts';

export interface ProblemOptions {
  detail?: string | undefined;
  errors?: Problem['errors'];
  losses?: unknown[] | undefined;
  retryAfterSeconds?: number | undefined;
}

/** The one place that writes RFC 9457 problems. */
export function problem(
  c: Context<Env>,
  code: ProblemCode,
  { detail, errors, losses, retryAfterSeconds }: ProblemOptions = {},
): Response {
  const { status, title, retryable } = problemCodes[code];
  const body: Problem = {
    type: `/docs/problems#${code}`,
    title,
    status,
    ...(detail ? { detail } : {}),
    code,
    request_id: c.get('requestId') ?? '',
    retryable,
    ...(errors?.length ? { errors } : {}),
    ...(losses?.length ? { losses } : {}),
  };
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
  });
}

export const refused = (c: Context<Env>, refusal: Refusal): Response => problem(c, refusal.code, refusal);
