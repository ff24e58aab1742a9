import type { CallResult, Context, OutgoingRequest, SendOutcome } from '../contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { urlUnder } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { Tokens } from '../kit/oauth.ts';
import type { WechatAccount } from './manifest.ts';
import { codes, tokenCodes, waitsMs } from './status.ts';
import { answerSchema, exactJson } from './wire.ts';

const tokens = new Tokens();
const basisOf = ({ config, credentials }: WechatAccount) => [
  config.base_url,
  config.app_id,
  credentials.app_secret,
];

type Refused = Exclude<SendOutcome, { type: 'sent' }>;
export type Called = { ok: true; result: CallResult } | { ok: false; outcome: Refused };

export const errcodeOf = (result: CallResult): number | undefined =>
  result.type === 'answer' ? answerSchema.safeParse(exactJson(result.body)).data?.errcode : undefined;

/** How a call ended; `ids` reads the answer of one that went well. */
export const ended = (
  result: CallResult,
  nowMs: number,
  ids: (json: unknown) => string[] | undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent: () => (result.type === 'answer' ? ids(exactJson(result.body)) : undefined),
    refused: () => {
      const code = errcodeOf(result);
      if (code === undefined || code === 0) return undefined;
      const meaning = meaningIn(codes, code) ?? 'platform_refused';
      return { code: String(code), meaning, waitMs: waitsMs[code] };
    },
  });

/** Where something had to be got before the message: nothing was sent, so not knowing is no uncertainty. */
export function notEven(result: CallResult, nowMs: number): Refused {
  const outcome = ended(result, nowMs, () => undefined);
  return outcome.type === 'sent' || outcome.type === 'uncertain'
    ? { type: 'rejected', failure: failure('platform_unavailable') }
    : outcome;
}

/** "Get a stable access token": the ordinary way gives the same one until five minutes before its end. */
export async function tokenOf(account: WechatAccount, context: Context) {
  const { config, credentials } = account;
  const token = await tokens.of(
    basisOf(account),
    () => ({
      url: urlUnder(config.base_url, 'cgi-bin/stable_token'),
      json: { grant_type: 'client_credential', appid: config.app_id, secret: credentials.app_secret },
    }),
    context,
  );
  return token.ok ? token : { ...token, outcome: notEven(token.result, context.now()) };
}

export const forgetToken = (account: WechatAccount): void => tokens.forget(basisOf(account));

export interface WechatCall extends Pick<
  OutgoingRequest,
  'method' | 'json' | 'body' | 'timeoutMs' | 'maxBytes'
> {
  /** Below `/cgi-bin/`. */
  path: string;
  query?: Record<string, string>;
}

/** A token that WeChat no longer takes (another program made one) is renewed, and the call, which was refused, made again. */
export async function callWechat(
  account: WechatAccount,
  { path, query, ...request }: WechatCall,
  context: Context,
): Promise<Called> {
  for (let again = true; ; again = false) {
    const token = await tokenOf(account, context);
    if (!token.ok) return token;
    const search = new URLSearchParams({ access_token: token.token, ...query });
    const result = await context.http.call({
      ...request,
      url: urlUnder(account.config.base_url, `cgi-bin/${path}?${search}`),
      signal: context.signal,
    });
    if (!tokenCodes.has(String(errcodeOf(result)))) return { ok: true, result };
    forgetToken(account);
    if (!again) return { ok: true, result };
  }
}

const wrong: Readonly<Record<number, { detail: string; fields: string[] }>> = {
  40013: { detail: 'WeChat knows no such AppID', fields: ['config.app_id'] },
  40125: { detail: 'WeChat refuses the AppSecret', fields: ['credentials.app_secret'] },
  40001: { detail: 'WeChat refuses the AppSecret', fields: ['credentials.app_secret'] },
};

/** A new token says that AppID and AppSecret belong together, and that this gateway's address is on the account's list. */
export async function probe(account: WechatAccount, context: Context) {
  forgetToken(account);
  const token = await tokenOf(account, context);
  if (token.ok) return { ok: true as const, detail: account.config.app_id };
  const { result } = token;
  if (result.type !== 'answer')
    return { ok: false as const, detail: `WeChat did not answer: ${result.reason}` };
  const code = errcodeOf(result);
  if (code === 40164)
    return {
      ok: false as const,
      detail:
        'WeChat does not know this gateway’s IP address: put it on the account’s IP white list (error 40164)',
      fields: [],
    };
  const known = code === undefined ? undefined : wrong[code];
  return known
    ? { ok: false as const, ...known }
    : {
        ok: false as const,
        detail: `WeChat gives no token: ${code === undefined ? `HTTP ${result.status}` : `error ${code}`}`,
      };
}
