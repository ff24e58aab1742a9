import type { CallResult, Context, OutgoingRequest, ProbeOutcome } from '../contract/index.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { notProbed } from '../kit/probe.ts';
import type { RocketAccount } from './manifest.ts';
import { meSchema } from './wire.ts';

export interface Workspace {
  account: RocketAccount;
  context: Context;
}

const urlOf = ({ config }: RocketAccount, path: string): string => urlUnder(config.base_url, path);

const authOf = ({ config, credentials }: RocketAccount): Record<string, string> => ({
  'x-auth-token': credentials.auth_token,
  'x-user-id': config.user_id,
});

/** `path` is below `/api/v1/`. */
export const callRocket = (
  { account, context }: Workspace,
  { path, ...request }: Pick<OutgoingRequest, 'method' | 'json' | 'body' | 'timeoutMs'> & { path: string },
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: urlOf(account, `/api/v1/${path}`),
    headers: authOf(account),
    signal: context.signal,
  });

/** `GET me`: whose the token is. */
export async function probe(account: RocketAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callRocket({ account, context }, { method: 'GET', path: 'me' });
  const me = answerAs(result, meSchema);
  if (!me) return notProbed(result, { platform: 'The workspace', asked: 'to the token' });
  const { _id: id } = me;
  return id === account.config.user_id
    ? { ok: true, detail: `@${me.username}` }
    : { ok: false, detail: 'the token belongs to another user than user_id' };
}

/** A file is behind the workspace's own address, for whom may see its room. */
export async function fetchMedia(
  reference: string,
  account: RocketAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (!/^[A-Za-z0-9_-]{1,64}\/[^/?#]{1,1024}$/.test(reference))
    return { ok: false, permanent: true, reason: 'no id of a file' };
  return download(context, { url: urlOf(account, `/file-upload/${reference}`), headers: authOf(account) });
}
