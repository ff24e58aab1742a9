import { failure } from '../../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../../protocol/failures.ts';
import type { CallResult, SendOutcome } from '../../contract/index.ts';
import { answerJson, retryAfterMs } from '../http.ts';

/** What a provider's code means. `throttled`: not now; `throttled_pair`: not to this consumer now. */
export type Verdict = FailureCode | 'throttled' | 'throttled_pair';
export type Codes = Readonly<Record<string, Verdict>>;

/** How a provider answers a send: the ids in a good answer, the codes in a bad one, the most telling first. */
export interface Answers {
  ids(json: unknown): string[] | undefined;
  refusals(json: unknown): (string | undefined)[];
  codes: Codes;
}

const ordinary: Codes = {
  '401': 'account_unauthorized',
  '402': 'balance_exhausted',
  '413': 'content_too_large',
  '429': 'throttled',
};

const entry = (codes: Codes, code: string): Verdict | undefined =>
  Object.hasOwn(codes, code) ? codes[code] : undefined;

/** What a send by a provider other than Meta ended in. A good answer that holds a code of the table all the same is a refusal. Pure. */
export function outcomeOf(result: CallResult, answers: Answers, nowMs: number): SendOutcome {
  if (result.type === 'unsent') return { type: 'rejected', failure: failure('platform_unavailable') };
  if (result.type === 'unknown') return { type: 'uncertain', reason: result.reason };
  const { status } = result;
  const json = answerJson(result);
  const told = answers.refusals(json).filter((code) => code !== undefined);
  const code = told.find((each) => entry(answers.codes, each)) ?? told[0];
  const known = code === undefined ? undefined : entry(answers.codes, code);
  if (status >= 200 && status < 300 && !known) {
    const providerIds = answers.ids(json);
    return providerIds?.length
      ? { type: 'sent', providerIds }
      : { type: 'uncertain', reason: 'unreadable_answer' };
  }
  // a proxy on the way that lost the answer: the provider may have taken the request
  if (!known && (status === 502 || status === 504)) return { type: 'uncertain', reason: `status_${status}` };
  const verdict =
    known ?? entry(ordinary, String(status)) ?? (status >= 500 ? 'platform_unavailable' : 'platform_refused');
  const platformCode = (code ?? String(status)).slice(0, 128);
  const waitMs = retryAfterMs(result.headers['retry-after'], nowMs);
  const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  if (verdict === 'throttled') return { type: 'throttled', ...wait, platformCode };
  if (verdict === 'throttled_pair') return { type: 'throttled', ...wait, platformCode, scope: 'address' };
  const failed = failure(verdict, platformCode);
  return { type: 'rejected', failure: failed, ...(failed.permanent ? {} : wait) };
}

/** The failure of a receipt, by the provider's code. */
export function failureOf(code: string | undefined, codes: Codes): Failure {
  const verdict = (code === undefined ? undefined : entry(codes, code)) ?? 'undelivered';
  return failure(
    verdict === 'throttled' || verdict === 'throttled_pair' ? 'rate_limited' : verdict,
    code?.slice(0, 128),
  );
}

/** Codes by what they mean, as `{ window_closed: '63016' }`, the codes apart by spaces. */
export const codesMeaning = (table: Partial<Record<Verdict, string>>): Codes =>
  Object.fromEntries(
    Object.entries(table).flatMap(([verdict, codes]) =>
      codes.split(' ').map((code) => [code, verdict as Verdict] as const),
    ),
  );

/**
 * Sends what one part became, in order. Once the first went through, sending the part again would double it, so any later stop is
 * `uncertain`, which the gateway never repeats.
 */
export async function allInOrder<Body>(
  bodies: readonly Body[],
  post: (body: Body) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const providerIds: string[] = [];
  for (const [index, body] of bodies.entries()) {
    const outcome = await post(body);
    if (outcome.type !== 'sent') return index === 0 ? outcome : { type: 'uncertain', reason: 'partly_sent' };
    providerIds.push(...outcome.providerIds);
  }
  return { type: 'sent', providerIds };
}
