import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { CallResult, SendOutcome } from '../contract/index.ts';
import { answerJson, retryAfterMs } from './http.ts';

export type HttpAnswer = Extract<CallResult, { type: 'answer' }>;

/** What a code of a platform's means: a failure, or something that is none. */
export type CodeMeaning = FailureCode | 'throttled' | 'uncertain' | 'sent';

/** The two words of a platform that HTTP itself does not have. */
export interface JsonDialect {
  nowMs: number;
  /** Ids in the answer of a 2xx; undefined if it is not what was promised. */
  sent(json: unknown): string[] | undefined;
  refused(json: unknown, answer: HttpAnswer): Refused | undefined;
}

/** The platform's own code in an answer that refuses, with its meaning where that is known, and how long to wait. */
export interface Refused {
  code?: string | undefined;
  meaning?: CodeMeaning | undefined;
  waitMs?: number | undefined;
}

/** What a call to a JSON interface ended in. Pure: no text for people is read. */
export function outcomeOf(result: CallResult, dialect: JsonDialect): SendOutcome {
  if (result.type === 'unknown') return { type: 'uncertain', reason: result.reason };
  if (result.type === 'unsent') {
    // what the guard refuses or is no address stays so until the account is changed
    const lasting = result.reason === 'guard' || result.reason === 'invalid_url';
    return {
      type: 'rejected',
      failure: failure(lasting ? 'platform_refused' : 'platform_unavailable', result.reason),
    };
  }
  const json = answerJson(result);
  const refused = dialect.refused(json, result);
  if (refused) return refusal(result, refused, dialect.nowMs);
  if (result.status < 200 || result.status >= 300) return refusal(result, {}, dialect.nowMs);
  const providerIds = dialect.sent(json);
  return providerIds ? { type: 'sent', providerIds } : { type: 'uncertain', reason: 'unreadable_answer' };
}

/** The same for platforms that refuse by the status, from 400 on: what a call ended in; `ids` reads the answer of a 2xx. */
export const endedBy =
  (refused: JsonDialect['refused']) =>
  (result: CallResult, nowMs: number, ids: (json: unknown) => string[] | undefined): SendOutcome =>
    outcomeOf(result, {
      nowMs,
      sent: ids,
      refused: (json, answer) => (answer.status < 400 ? undefined : refused(json, answer)),
    });

function refusal(
  { status, headers }: HttpAnswer,
  { code = String(status), meaning = meaningOf(status), waitMs }: Refused,
  nowMs: number,
): SendOutcome {
  if (meaning === 'sent') return { type: 'sent', providerIds: [] };
  if (meaning === 'uncertain') return { type: 'uncertain', reason: `answer_${code.slice(0, 64)}` };
  if (meaning !== 'throttled') return { type: 'rejected', failure: failure(meaning, code) };
  const wait = waitMs ?? retryAfterMs(headers['retry-after'], nowMs);
  return {
    type: 'throttled',
    platformCode: code,
    ...(wait === undefined ? {} : { retryAfterMs: Math.min(Math.max(wait, 0), 86_400_000) }),
  };
}

function meaningOf(status: number): CodeMeaning {
  if (status === 429) return 'throttled';
  // a proxy on the way that lost the answer: the platform may have taken the request
  if (status === 502 || status === 504) return 'uncertain';
  if (status >= 500) return 'platform_unavailable';
  if (status === 401) return 'account_unauthorized';
  return status === 413 ? 'content_too_large' : 'platform_refused';
}

/** A part that is refused before the platform is asked. */
export const rejected = (code: FailureCode): Extract<SendOutcome, { type: 'rejected' }> => ({
  type: 'rejected',
  failure: failure(code),
});

/** The meaning of a code in a table; never a name of Object's. */
export const meaningIn = (
  table: Readonly<Record<string, CodeMeaning>>,
  code: string | number | undefined,
): CodeMeaning | undefined =>
  code !== undefined && Object.hasOwn(table, String(code)) ? table[String(code)] : undefined;
