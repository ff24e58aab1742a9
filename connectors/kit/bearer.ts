import type { CallResult, Context, OutgoingRequest, SendOutcome } from '../contract/index.ts';
import { Tokens } from './oauth.ts';
import type { Token, TokenRequest } from './oauth.ts';

/** How an account comes by its access tokens. */
export interface TokenWay<A> {
  /** Everything that decides what the token is good for. */
  basis(account: A): unknown;
  /** What to ask with; undefined where the credentials are none that anything could be asked with. */
  request(account: A, nowMs: number): TokenRequest | undefined;
}

export type BearerRequest = Omit<OutgoingRequest, 'signal'>;

/** Calls with an access token of the account's, renewed before it ends and after a 401. One per connector. */
export class BearerCalls<A> {
  readonly #tokens = new Tokens();
  readonly #way: TokenWay<A>;

  constructor(way: TokenWay<A>) {
    this.#way = way;
  }

  token(account: A, context: Context): Promise<Token> {
    const request = () => this.#way.request(account, context.now());
    return this.#tokens.of(this.#way.basis(account), request, context);
  }

  /** The next call asks for a token anew. */
  forget(account: A): void {
    this.#tokens.forget(this.#way.basis(account));
  }

  /** Not ok: there is no token, and nothing was sent. */
  async call(
    account: A,
    request: BearerRequest,
    context: Context,
  ): Promise<{ ok: true; result: CallResult } | { ok: false; outcome: SendOutcome }> {
    const token = await this.token(account, context);
    if (!token.ok) return { ok: false, outcome: token.outcome };
    const result = await context.http.call({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token.token}` },
      signal: context.signal,
    });
    if (result.type === 'answer' && result.status === 401) this.forget(account);
    return { ok: true, result };
  }
}
