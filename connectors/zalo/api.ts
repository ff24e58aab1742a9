import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, OutgoingRequest, SendOutcome } from '../contract/index.ts';
import { answerJson, urlUnder } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import type { ZaloAccount } from './manifest.ts';
import { codes, tokenCodes, waitsMs } from './status.ts';
import { pairOf, renew } from './tokens.ts';
import { accountSchema, answerSchema } from './wire.ts';

type Refused = Exclude<SendOutcome, { type: 'sent' }>;
export interface ZaloCall extends Pick<OutgoingRequest, 'method' | 'json' | 'body' | 'timeoutMs'> {
  path: string;
}

const errorOf = (result: CallResult): number | undefined =>
  result.type === 'answer' ? answerSchema.safeParse(answerJson(result)).data?.error : undefined;

const callOnce = (
  account: ZaloAccount,
  { path, ...request }: ZaloCall,
  context: Context,
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: urlUnder(account.config.base_url, path),
    headers: { access_token: pairOf(account).access_token },
    signal: context.signal,
  });

/** An access token lasts a day: one that Zalo takes no more is renewed, and the call, which was refused, made again. */
export async function callZalo(
  account: ZaloAccount,
  call: ZaloCall,
  context: Context,
): Promise<{ ok: true; result: CallResult } | { ok: false; outcome: Refused }> {
  const { access_token } = pairOf(account);
  const result = await callOnce(account, call, context);
  if (!tokenCodes.has(errorOf(result) ?? 0)) return { ok: true, result };
  const renewed = await renew(account, access_token, context);
  return renewed.ok ? { ok: true, result: await callOnce(account, call, context) } : renewed;
}

/** How a call ended; `ids` reads the answer of one that went well. */
export const ended = (
  result: CallResult,
  nowMs: number,
  ids: (json: unknown) => string[] | undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent: ids,
    refused: () => {
      const error = errorOf(result);
      if (error === undefined || error === 0) return undefined;
      const meaning = meaningIn(codes, error) ?? 'platform_refused';
      return { code: String(error), meaning, waitMs: waitsMs[error] };
    },
  });

/** Where something had to be got before the message: nothing was sent, so not knowing is no uncertainty. */
export function notEven(result: CallResult, nowMs: number): Refused {
  const outcome = ended(result, nowMs, () => undefined);
  return outcome.type === 'sent' || outcome.type === 'uncertain'
    ? { type: 'rejected', failure: failure('platform_unavailable') }
    : outcome;
}

/** Asks who we are. An account that is only tried has its tokens left as they are: a refresh token is good once. */
export async function probe(account: ZaloAccount, context: Context) {
  const renewable = context.renewal?.(account) !== undefined;
  const call: ZaloCall = { method: 'GET', path: '/v2.0/oa/getoa' };
  const called = renewable
    ? await callZalo(account, call, context)
    : { ok: true as const, result: await callOnce(account, call, context) };
  if (!called.ok)
    return {
      ok: false as const,
      detail: 'Zalo gives no new tokens: authorise the app again, and put both here',
    };
  const { result } = called;
  if (result.type !== 'answer')
    return { ok: false as const, detail: `Zalo did not answer: ${result.reason}` };
  const error = errorOf(result);
  if (error === 0 && result.status === 200) {
    const name = accountSchema.safeParse(answerJson(result)).data?.data.name;
    return { ok: true as const, detail: name?.slice(0, 256).toWellFormed() || account.config.app_id };
  }
  const over = error !== undefined && tokenCodes.has(error);
  return {
    ok: false as const,
    detail: over
      ? `Zalo does not take the access token (error ${error}), which lasts a day: get a new pair of tokens, and put both here`
      : `Zalo answers ${error === undefined ? result.status : `error ${error}`} to the access token`,
    ...(over ? { fields: ['credentials.access_token', 'credentials.refresh_token'] } : {}),
  };
}
