import { failure } from '../../../protocol/failures.ts';
import type { CallResult, Context, SendOutcome } from '../../contract/index.ts';
import { Tokens } from '../oauth.ts';
import type { TokenRequest } from '../oauth.ts';
import { basicOf, callOf, headersOf } from './call.ts';
import type { Call, CallTemplate } from './call.ts';
import type { Dialect } from './dialect.ts';
import { fill } from './template.ts';
import type { Lookup } from './template.ts';
import { accountLookup } from './variables.ts';
import type { TemplateAccount } from './variables.ts';

/** An account of any aggregator: every configuration has these. */
export interface SmsAccount extends TemplateAccount {
  readonly config: { readonly base_url: string };
}

/** A request as its bytes go out, for platforms that want it signed. */
export interface SigningRequest {
  readonly method: Call['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: string;
}

/** Headers that prove who asks. Pure. */
export type Sign<Account> = (
  request: SigningRequest,
  account: Account,
  nowMs: number,
) => Record<string, string>;

export type Called =
  | { ok: true; result: CallResult }
  /** Nothing was sent. */
  | { ok: false; outcome: Exclude<SendOutcome, { type: 'sent' }> };

const unauthorized: Called = {
  ok: false,
  outcome: { type: 'rejected', failure: failure('account_unauthorized') },
};

/** Calls to an aggregator by its dialect: with its credentials, a token of its own, or signed. One per connector. */
export class SmsClient {
  readonly #tokens = new Tokens();
  readonly #sign: Sign<SmsAccount> | undefined;

  constructor(sign?: Sign<SmsAccount>) {
    this.#sign = sign;
  }

  /** `base`: left out, the account's own. */
  async call(
    { send: { auth } }: Dialect,
    template: CallTemplate & { base?: string | undefined },
    { account, lookup, context }: { account: SmsAccount; lookup: Lookup; context: Context },
  ): Promise<Called> {
    const base = template.base === undefined ? account.config.base_url : fill(template.base, lookup);
    const call = base === undefined || !URL.canParse(base) ? undefined : callOf(template, auth, base, lookup);
    if (!call) return unauthorized;
    const token = await this.#token(auth, account, context);
    if (!token.ok) return token;
    const headers = { ...call.headers, ...token.headers };
    const signed = this.#signed({ ...call, headers }, account, context.now());
    const result = await context.http.call({ ...signed, signal: context.signal });
    if (result.type === 'answer' && result.status === 401) this.#tokens.forget(basisOf(auth, account));
    return { ok: true, result };
  }

  /** The account's credentials as headers, for what else lies with the platform; none where they can't be had. */
  async credentialHeaders(
    { send: { auth } }: Dialect,
    account: SmsAccount,
    context: Context,
  ): Promise<Record<string, string>> {
    const token = await this.#token(auth, account, context);
    return { ...headersOf({ auth }, accountLookup(account)), ...(token.ok ? token.headers : {}) };
  }

  async #token(
    auth: Dialect['send']['auth'],
    account: SmsAccount,
    context: Context,
  ): Promise<{ ok: true; headers: Record<string, string> } | Extract<Called, { ok: false }>> {
    if (auth?.type !== 'client_credentials') return { ok: true, headers: {} };
    const request = () => tokenRequest(auth, accountLookup(account));
    const token = await this.#tokens.of(basisOf(auth, account), request, context);
    return token.ok ? { ok: true, headers: { authorization: `Bearer ${token.token}` } } : token;
  }

  #signed({ json, ...call }: Call, account: SmsAccount, nowMs: number): Call {
    const { method, url, headers = {} } = call;
    if (!this.#sign) return json === undefined ? call : { ...call, json };
    // what is signed are bytes, so they are made here
    const typed = json === undefined ? headers : { 'content-type': 'application/json', ...headers };
    const body = json === undefined ? call.body : JSON.stringify(json);
    const text = typeof body === 'string' ? body : '';
    const proof = this.#sign({ method, url, headers: typed, body: text }, account, nowMs);
    return { method, url, headers: { ...typed, ...proof }, ...(text === '' ? {} : { body: text }) };
  }
}

const basisOf = (auth: Dialect['send']['auth'], { config, credentials }: SmsAccount): unknown => [
  auth,
  config,
  credentials,
];

/** RFC 6749, 4.4.2, with the client's own name and secret as Basic (2.3.1). */
function tokenRequest(
  auth: Extract<NonNullable<Dialect['send']['auth']>, { type: 'client_credentials' }>,
  lookup: Lookup,
): TokenRequest | undefined {
  const url = fill(auth.url, lookup);
  const authorization = basicOf(auth, lookup);
  return url === undefined || authorization === undefined
    ? undefined
    : { url, form: { grant_type: 'client_credentials' }, headers: { authorization } };
}
