import type { z } from 'zod';
import type { CallResult, Context, OutgoingRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { notFetched } from '../kit/meta/download.ts';
import type { Fetched } from '../kit/meta/download.ts';
import type { RocketAccount } from './manifest.ts';
import { meSchema } from './wire.ts';

export interface Workspace {
  account: RocketAccount;
  context: Context;
}

const urlOf = ({ config }: RocketAccount, path: string): string =>
  `${config.base_url.replace(/\/+$/, '')}${path}`;

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

/** What a successful answer says; undefined if it can't be read. */
export const said = <T>(result: CallResult, schema: z.ZodType<T>): T | undefined =>
  result.type === 'answer' && result.status >= 200 && result.status < 300
    ? schema.safeParse(answerJson(result)).data
    : undefined;

/** `GET me`: whose the token is. */
export async function probe(
  account: RocketAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const result = await callRocket({ account, context }, { method: 'GET', path: 'me' });
  if (result.type !== 'answer')
    return { ok: false, detail: `The workspace did not answer: ${result.reason}` };
  const me = said(result, meSchema);
  if (!me) return { ok: false, detail: `The workspace answers ${result.status} to the token` };
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
  const result = await context.http.call({
    method: 'GET',
    url: urlOf(account, `/file-upload/${reference}`),
    headers: authOf(account),
    signal: context.signal,
    timeoutMs: 60_000,
    maxBytes: context.maxBytes,
  });
  if (result.type !== 'answer' || result.status !== 200) return notFetched(result);
  const mediaType = result.headers['content-type']?.split(';')[0]?.trim();
  return { ok: true, bytes: result.body, ...(mediaType ? { mediaType } : {}) };
}
