import type { CallResult, Context, OutgoingRequest, ProbeOutcome } from '../contract/index.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { notProbed } from '../kit/probe.ts';
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
  urlUnder(config.base_url, `api/v4/${path}`);

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

/** `GET /users/me`: whose the token is. */
export async function probe(account: MattermostAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callServer({ account, context }, { method: 'GET', path: 'users/me' });
  const me = answerAs(result, userSchema);
  if (!me) return notProbed(result, { platform: 'The server', asked: 'to the token' });
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
