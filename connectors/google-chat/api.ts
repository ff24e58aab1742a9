import { createPrivateKey, sign } from 'node:crypto';
import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, OutgoingRequest, SendOutcome } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { download } from '../kit/meta/download.ts';
import type { Fetched } from '../kit/meta/download.ts';
import { Tokens } from '../kit/oauth.ts';
import type { Token, TokenRequest } from '../kit/oauth.ts';
import type { GoogleChatAccount } from './manifest.ts';
import { statuses } from './status.ts';
import { errorSchema, spaceAnswerSchema } from './wire.ts';

const tokens = new Tokens();
const basisOf = ({ config, credentials }: GoogleChatAccount) => [
  config.token_url,
  config.service_account,
  credentials,
];
const hourS = 3600;

/** "Using OAuth 2.0 for Server to Server Applications": a statement signed by the service account is changed for a token. */
function tokenRequest({ config, credentials }: GoogleChatAccount, nowMs: number): TokenRequest {
  const iat = Math.floor(nowMs / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: config.service_account,
    scope: 'https://www.googleapis.com/auth/chat.bot',
    aud: config.token_url,
    iat,
    exp: iat + hourS,
  };
  const data = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const signature = sign('RSA-SHA256', Buffer.from(data), createPrivateKey(credentials.private_key));
  const assertion = `${data}.${signature.toString('base64url')}`;
  return {
    url: config.token_url,
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion },
  };
}

const unusable: Token = {
  ok: false,
  outcome: { type: 'rejected', failure: failure('account_unauthorized') },
  result: { type: 'unsent', reason: 'invalid_url' },
};

export async function tokenOf(account: GoogleChatAccount, context: Context): Promise<Token> {
  try {
    return await tokens.of(basisOf(account), () => tokenRequest(account, context.now()), context);
  } catch {
    // a key that looks like one and is none
    return unusable;
  }
}

export interface ChatCall extends Pick<OutgoingRequest, 'method' | 'json'> {
  /** Below `/v1/`. */
  path: string;
}

export async function callChat(
  account: GoogleChatAccount,
  { path, ...request }: ChatCall,
  context: Context,
): Promise<{ ok: true; result: CallResult } | { ok: false; outcome: SendOutcome }> {
  const token = await tokenOf(account, context);
  if (!token.ok) return { ok: false, outcome: token.outcome };
  const result = await context.http.call({
    ...request,
    url: `${account.config.base_url.replace(/\/+$/, '')}/v1/${path}`,
    headers: { authorization: `Bearer ${token.token}` },
    signal: context.signal,
  });
  if (result.type === 'answer' && result.status === 401) tokens.forget(basisOf(account));
  return { ok: true, result };
}

export const ended = (
  result: CallResult,
  nowMs: number,
  ids: (json: unknown) => string[] | undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent: ids,
    refused: (json, { status }) => {
      if (status < 400) return undefined;
      const code = errorSchema.safeParse(json).data?.error.status;
      return code === undefined ? undefined : { code, meaning: meaningIn(statuses, code) };
    },
  });

/** The direct conversation of the app with a person, once the account has found it. */
const spaces = new WeakMap<GoogleChatAccount, Map<string, string>>();
const maxSpaces = 10_000;

export async function spaceOf(
  user: string,
  account: GoogleChatAccount,
  context: Context,
): Promise<{ ok: true; space: string } | { ok: false; outcome: SendOutcome }> {
  const known = spaces.get(account) ?? new Map<string, string>();
  spaces.set(account, known);
  const found = known.get(user);
  if (found) return { ok: true, space: found };
  const path = `spaces:findDirectMessage?name=${encodeURIComponent(user)}`;
  const called = await callChat(account, { method: 'GET', path }, context);
  if (!called.ok) return called;
  const { result } = called;
  const space =
    result.type === 'answer' && result.status === 200
      ? spaceAnswerSchema.safeParse(answerJson(result)).data
      : undefined;
  if (!space) return { ok: false, outcome: ended(result, context.now(), () => undefined) };
  if (known.size >= maxSpaces) known.clear();
  known.set(user, space.name);
  return { ok: true, space: space.name };
}

export async function probe(
  account: GoogleChatAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const called = await callChat(account, { method: 'GET', path: 'spaces?pageSize=1' }, context);
  if (!called.ok) return { ok: false, detail: 'Google gives no token for this service account and key' };
  const { result } = called;
  if (result.type !== 'answer') return { ok: false, detail: `Google Chat did not answer: ${result.reason}` };
  return result.status === 200
    ? { ok: true, detail: account.config.service_account }
    : {
        ok: false,
        detail: `Google Chat answers ${result.status}: is the Chat API on, and the app configured?`,
      };
}

/** "Download media as an attachment": by the resource name alone, so that nothing but the Chat API gets the token. */
export async function fetchMedia(
  reference: string,
  account: GoogleChatAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[\w+/=.-]{1,4096}$/.test(reference) || reference.split('/').some((part) => /^\.*$/.test(part)))
    return { ok: false, permanent: true, reason: 'no attachment of Google Chat' };
  const token = await tokenOf(account, context);
  if (!token.ok) return { ok: false, permanent: false, reason: 'no token' };
  const url = `${account.config.base_url.replace(/\/+$/, '')}/v1/media/${reference}?alt=media`;
  return download(context, { url, token: token.token });
}
