import type { z } from 'zod';
import type { CallResult, Context, OutgoingRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import type { MatrixAccount } from './manifest.ts';
import { whoamiSchema } from './wire.ts';

export interface Homeserver {
  account: MatrixAccount;
  context: Context;
}

export interface MatrixCall extends Pick<
  OutgoingRequest,
  'method' | 'json' | 'body' | 'headers' | 'timeoutMs'
> {
  /** Segments below `/_matrix`, each of them escaped here. */
  path: readonly string[];
  query?: string;
}

const urlOf = ({ config }: MatrixAccount, path: readonly string[], query = ''): string =>
  `${config.base_url.replace(/\/+$/, '')}/_matrix/${path.map(encodeURIComponent).join('/')}${query}`;

export const callHomeserver = (
  { account, context }: Homeserver,
  { path, query, headers, ...request }: MatrixCall,
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: urlOf(account, path, query),
    headers: { ...headers, authorization: `Bearer ${account.credentials.as_token}` },
    signal: context.signal,
  });

/** What a successful answer says; undefined if it can't be read. */
export const said = <T>(result: CallResult, schema: z.ZodType<T>): T | undefined =>
  result.type === 'answer' && result.status >= 200 && result.status < 300
    ? schema.safeParse(answerJson(result)).data
    : undefined;

/** `GET /account/whoami`: whose the token is. */
export async function probe(
  account: MatrixAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const result = await callHomeserver(
    { account, context },
    { method: 'GET', path: ['client', 'v3', 'account', 'whoami'] },
  );
  if (result.type !== 'answer')
    return { ok: false, detail: `The homeserver did not answer: ${result.reason}` };
  const who = said(result, whoamiSchema);
  if (!who) return { ok: false, detail: `The homeserver answers ${result.status} to as_token` };
  return who.user_id === account.config.user_id
    ? { ok: true, detail: who.user_id }
    : { ok: false, detail: 'as_token belongs to another user than user_id' };
}

/** Files of any server come through our own, and only it sees the token (authenticated media, v1.11). */
export async function fetchMedia(
  reference: string,
  account: MatrixAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  const [, server, mediaId] = /^mxc:\/\/([A-Za-z0-9.:[\]-]+)\/([A-Za-z0-9_-]+)$/.exec(reference) ?? [];
  if (server === undefined || mediaId === undefined)
    return { ok: false, permanent: true, reason: 'no mxc:// address' };
  const url = urlOf(account, ['client', 'v1', 'media', 'download', server, mediaId]);
  return download(context, { url, token: account.credentials.as_token });
}
