import { z } from 'zod';
import { failure } from '../../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../../protocol/failures.ts';
import type { CallResult, Context, OutgoingRequest, SendOutcome } from '../../contract/index.ts';
import { answerJson, retryAfterMs } from '../http.ts';

/**
 * The Graph API's error envelope, the same for all of Meta's products: "Handle Errors" (Graph API documentation).
 * Only `code`, `error_subcode` and `is_transient` decide; `message` is for people.
 */
const graphErrorSchema = z.looseObject({
  error: z.looseObject({
    code: z.coerce.number().int(),
    error_subcode: z.coerce.number().int().optional(),
    is_transient: z.boolean().optional(),
  }),
});

/** What a code of the platform's means to us. `throttled`: not now, send again later; `throttled_pair`: not to this consumer. */
export type Verdict = FailureCode | 'throttled' | 'throttled_pair';
/** By `code/subcode` or, where there is no such entry, by `code`. */
export type GraphCodes = Readonly<Record<string, Verdict>>;

/** What went wrong: everything that a send can end in but `sent`. */
export type NotSent = Exclude<SendOutcome, { type: 'sent' }>;
export type GraphAnswer<T> = { ok: true; value: T } | { ok: false; outcome: NotSent };

export interface GraphConfig {
  base_url: string;
  api_version: string;
}

/** `https://graph.facebook.com/v25.0/123/messages`; every segment is encoded. */
export const graphUrl = (config: GraphConfig, ...path: string[]): string =>
  [config.base_url.replace(/\/+$/, ''), config.api_version, ...path.map(encodeURIComponent)].join('/');

export interface GraphCall<T> extends Pick<
  OutgoingRequest,
  'method' | 'url' | 'json' | 'body' | 'timeoutMs' | 'maxBytes'
> {
  /** Goes as a bearer token, so that it stands in no address and in no log of one. */
  token: string;
  /** Who hands Meta's interface on may want the token as it is, in a header of their own. */
  tokenHeader?: string | undefined;
  codes: GraphCodes;
  schema: z.ZodType<T>;
}

export async function callGraph<T>(context: Context, call: GraphCall<T>): Promise<GraphAnswer<T>> {
  const { token, tokenHeader, codes, schema, ...request } = call;
  const result = await context.http.call({
    ...request,
    headers: tokenHeader ? { [tokenHeader]: token } : { authorization: `Bearer ${token}` },
    signal: context.signal,
  });
  return readGraph(result, { codes, schema, nowMs: context.now() });
}

const not = (outcome: NotSent): { ok: false; outcome: NotSent } => ({ ok: false, outcome });

/** Reads how a Graph call ended. Pure. */
export function readGraph<T>(
  result: CallResult,
  { codes, schema, nowMs }: { codes: GraphCodes; schema: z.ZodType<T>; nowMs: number },
): GraphAnswer<T> {
  if (result.type === 'unsent') return not({ type: 'rejected', failure: failure('platform_unavailable') });
  if (result.type === 'unknown') return not({ type: 'uncertain', reason: result.reason });
  const json = answerJson(result);
  const refused = graphErrorSchema.safeParse(json);
  if (refused.success) return not(refusal(result, refused.data.error, { codes, nowMs }));
  if (result.status >= 200 && result.status < 300) {
    const value = schema.safeParse(json);
    return value.success
      ? { ok: true, value: value.data }
      : not({ type: 'uncertain', reason: 'unreadable_answer' });
  }
  if (result.status === 429)
    return not({ type: 'throttled', ...wait(result, nowMs), platformCode: String(result.status) });
  // a proxy on the way that lost the answer: the platform may have taken the request
  if (result.status === 502 || result.status === 504)
    return not({ type: 'uncertain', reason: `status_${result.status}` });
  if (result.status >= 500)
    return not({ type: 'rejected', failure: failure('platform_unavailable', result.status) });
  return not({
    type: 'rejected',
    failure: failure(result.status === 401 ? 'account_unauthorized' : 'platform_refused', result.status),
  });
}

type Answer = Extract<CallResult, { type: 'answer' }>;
interface GraphError {
  code: number;
  error_subcode?: number | undefined;
  is_transient?: boolean | undefined;
}

function refusal(
  answer: Answer,
  error: GraphError,
  { codes, nowMs }: { codes: GraphCodes; nowMs: number },
): NotSent {
  const platformCode = error.error_subcode ? `${error.code}/${error.error_subcode}` : String(error.code);
  const verdict = verdictOf(error, codes);
  if (verdict === 'throttled' || (answer.status === 429 && !verdict))
    return { type: 'throttled', ...wait(answer, nowMs), platformCode };
  if (verdict === 'throttled_pair')
    return { type: 'throttled', ...wait(answer, nowMs), platformCode, scope: 'address' };
  const passing = error.is_transient === true || (answer.status >= 500 && verdict === undefined);
  return {
    type: 'rejected',
    failure: failure(passing ? 'platform_unavailable' : (verdict ?? 'platform_refused'), platformCode),
  };
}

const tabled = (codes: GraphCodes, key: string): Verdict | undefined =>
  Object.hasOwn(codes, key) ? codes[key] : undefined;

function verdictOf({ code, error_subcode }: GraphError, codes: GraphCodes): Verdict | undefined {
  return (
    tabled(codes, `${code}/${error_subcode}`) ??
    tabled(codes, String(code)) ??
    // "API Permission (multiple values depending on permission)" takes the whole range
    (code >= 200 && code < 300 ? 'account_unauthorized' : undefined)
  );
}

/** The failure that a status call-back names. */
export function failureOfCode(code: number | undefined, codes: GraphCodes): Failure {
  if (code === undefined) return failure('undelivered');
  const verdict = verdictOf({ code }, codes) ?? 'undelivered';
  return failure(verdict === 'throttled' || verdict === 'throttled_pair' ? 'rate_limited' : verdict, code);
}

const usageSchema = z.record(
  z.string(),
  z.array(z.looseObject({ estimated_time_to_regain_access: z.number().nonnegative().optional() })),
);

/** `Retry-After`, or the minutes in `X-Business-Use-Case-Usage` ("Rate Limits", Graph API documentation). */
function wait(answer: Answer, nowMs: number): { retryAfterMs?: number } {
  const asked = retryAfterMs(answer.headers['retry-after'], nowMs);
  if (asked !== undefined) return { retryAfterMs: asked };
  let usage: unknown;
  try {
    usage = JSON.parse(answer.headers['x-business-use-case-usage'] ?? 'null');
  } catch {
    return {};
  }
  const minutes = Object.values(usageSchema.safeParse(usage).data ?? {})
    .flat()
    .map((use) => use.estimated_time_to_regain_access ?? 0);
  const most = Math.max(0, ...minutes);
  return most > 0 ? { retryAfterMs: Math.min(most * 60_000, 86_400_000) } : {};
}
