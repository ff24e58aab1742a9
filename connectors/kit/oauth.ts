import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, SendOutcome } from '../contract/index.ts';
import { writeForm } from './form.ts';
import { answerJson } from './http.ts';
import { outcomeOf } from './json-answer.ts';

const tokenSchema = z.looseObject({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.coerce.number().positive().max(31_536_000),
});
const errorSchema = z.looseObject({ error: z.string().max(128) });

/** A token is renewed this long before it ends, so that it does not end on the way. */
const earlyMs = 120_000;
const maxKept = 10_000;

/** Where to ask, and with what (RFC 6749, 4.4; RFC 7523, 2.1): a form, or JSON where the platform goes its own way. */
export interface TokenRequest {
  url: string;
  form?: Record<string, string>;
  json?: unknown;
  /** Where the client proves itself by a header (RFC 6749, 2.3.1). */
  headers?: Record<string, string>;
}
export type Token =
  | { ok: true; token: string }
  | { ok: false; outcome: Exclude<SendOutcome, { type: 'sent' }>; result: CallResult };

const unusable: Token = {
  ok: false,
  outcome: { type: 'rejected', failure: failure('account_unauthorized') },
  result: { type: 'unsent', reason: 'invalid_url' },
};

/**
 * Access tokens of accounts, kept in memory while they last. They are kept by what is asked with: credentials that change begin anew.
 * Simultaneous callers share one request. Tokens go to the caller and nowhere else.
 */
export class Tokens {
  readonly #kept = new Map<string, { token: string; untilMs: number }>();
  readonly #pending = new Map<string, Promise<Token>>();

  /**
   * `basis`: everything that decides what the token is good for; `request` is made only where one is needed, and is undefined where the
   * credentials are none that anything could be asked with.
   */
  async of(basis: unknown, request: () => TokenRequest | undefined, context: Context): Promise<Token> {
    const key = keyOf(basis);
    const kept = this.#kept.get(key);
    if (kept && kept.untilMs > context.now()) return { ok: true, token: kept.token };
    const pending = this.#pending.get(key) ?? this.#askWith(key, request(), context);
    this.#pending.set(key, pending);
    return pending.finally(() => this.#pending.delete(key));
  }

  /** After a 401: the next caller asks anew. */
  forget(basis: unknown): void {
    this.#kept.delete(keyOf(basis));
  }

  #askWith(key: string, request: TokenRequest | undefined, context: Context): Promise<Token> {
    return request ? this.#ask(key, request, context) : Promise.resolve(unusable);
  }

  async #ask(key: string, { url, form = {}, json, headers }: TokenRequest, context: Context): Promise<Token> {
    const result = await context.http.call({
      method: 'POST',
      url,
      ...(json === undefined
        ? {
            headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
            body: writeForm(form),
          }
        : { json, ...(headers ? { headers } : {}) }),
      signal: context.signal,
    });
    const read =
      result.type === 'answer' && result.status === 200
        ? tokenSchema.safeParse(answerJson(result)).data
        : undefined;
    if (!read) return { ok: false, outcome: refusalOf(result, context.now()), result };
    const untilMs = context.now() + read.expires_in * 1000 - earlyMs;
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(key, { token: read.access_token, untilMs });
    return { ok: true, token: read.access_token };
  }
}

const keyOf = (basis: unknown): string => createHash('sha256').update(JSON.stringify(basis)).digest('base64');

/** Nothing was sent yet: not knowing is no uncertainty. "Error Response" (RFC 6749, 5.2) comes with a 400 or a 401. */
function refusalOf(result: CallResult, nowMs: number): Exclude<SendOutcome, { type: 'sent' }> {
  const outcome = outcomeOf(result, {
    nowMs,
    sent: () => undefined,
    refused: (json, { status }) => {
      const error = errorSchema.safeParse(json).data?.error;
      return status < 500 && status !== 429 && error !== undefined
        ? { code: error, meaning: 'account_unauthorized' }
        : undefined;
    },
  });
  return outcome.type === 'uncertain' || outcome.type === 'sent'
    ? { type: 'rejected', failure: failure('platform_unavailable', 'token') }
    : outcome;
}
