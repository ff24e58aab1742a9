import type { z } from 'zod';
import type { CallResult, Context, OutgoingRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { download } from '../kit/meta/download.ts';
import type { Fetched } from '../kit/meta/download.ts';
import type { MattermostAccount } from './manifest.ts';
import { userSchema } from './wire.ts';

export interface Server {
  account: MattermostAccount;
  context: Context;
}

export interface MattermostCall extends Pick<
  OutgoingRequest,
  'method' | 'json' | 'body' | 'timeoutMs' | 'maxBytes'
> {
  /** Below `/api/v4/`. */
  path: string;
}

const urlOf = ({ config }: MattermostAccount, path: string): string =>
  `${config.base_url.replace(/\/+$/, '')}/api/v4/${path}`;

export const callServer = (
  { account, context }: Server,
  { path, ...request }: MattermostCall,
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: urlOf(account, path),
    headers: { authorization: `Bearer ${account.credentials.token}` },
    signal: context.signal,
  });

/** What a successful answer says; undefined if it can't be read. */
export const said = <T>(result: CallResult, schema: z.ZodType<T>): T | undefined =>
  result.type === 'answer' && result.status >= 200 && result.status < 300
    ? schema.safeParse(answerJson(result)).data
    : undefined;

/** `GET /users/me`: whose the token is. */
export async function probe(
  account: MattermostAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const result = await callServer({ account, context }, { method: 'GET', path: 'users/me' });
  if (result.type !== 'answer') return { ok: false, detail: `The server did not answer: ${result.reason}` };
  const me = said(result, userSchema);
  if (!me) return { ok: false, detail: `The server answers ${result.status} to the token` };
  return me.id === account.config.bot_id
    ? { ok: true, detail: `@${me.username}` }
    : { ok: false, detail: 'the token belongs to another user than bot_id' };
}

export async function fetchMedia(
  reference: string,
  account: MattermostAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[a-z0-9]{26}$/.test(reference)) return { ok: false, permanent: true, reason: 'no id of a file' };
  return download(context, { url: urlOf(account, `files/${reference}`), token: account.credentials.token });
}
