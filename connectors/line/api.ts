import type { z } from 'zod';
import type { CallResult, Context, OutgoingRequest, ProbeOutcome } from '../contract/index.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import { writeForm } from '../kit/form.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { notProbed } from '../kit/probe.ts';
import type { LineAccount } from './manifest.ts';
import { botSchema, endpointSchema, verifiedSchema } from './wire.ts';

export interface LineCall extends Pick<OutgoingRequest, 'method' | 'json'> {
  path: string;
  retryKey?: string;
}

export const callLine = (
  { config, credentials }: LineAccount,
  { path, retryKey, ...request }: LineCall,
  context: Context,
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: urlUnder(config.base_url, path),
    headers: {
      authorization: `Bearer ${credentials.channel_access_token}`,
      ...(retryKey ? { 'x-line-retry-key': retryKey } : {}),
    },
    signal: context.signal,
  });

/** What a GET answers, or undefined where it answers something else. */
export async function ask<T>(
  account: LineAccount,
  path: string,
  { schema, context }: { schema: z.ZodType<T>; context: Context },
): Promise<T | undefined> {
  const result = await callLine(account, { method: 'GET', path }, context);
  return answerAs(result, schema);
}

export async function probe(account: LineAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callLine(account, { method: 'GET', path: '/v2/bot/info' }, context);
  const bot = answerAs(result, botSchema);
  if (!bot) return notProbed(result, { platform: 'LINE', asked: 'to the channel access token' });
  const name = bot.basicId ?? bot.displayName ?? bot.userId;
  const ending = await tokenExpiry(account, context);
  const hook = await ask(account, '/v2/bot/channel/webhook/endpoint', { schema: endpointSchema, context });
  const wired = hook?.endpoint === account.hookUrl && hook.active === true;
  return {
    ok: true,
    detail: wired ? name : `${name}, but its webhook is not ${account.hookUrl}, or is not in use`,
    ...ending,
  };
}

/** Long-lived tokens don't end; LINE says of them that they do, in a hundred years. */
const foreverSeconds = 10 * 365 * 86_400;

/**
 * How long the channel access token still lasts: "Verify short-lived or long-lived channel access token" or, for what that one doesn't know,
 * "Verify channel access token v2.1". Of a stateless one, which lasts a quarter of an hour, neither needs to say anything.
 */
async function tokenExpiry(
  { config, credentials: { channel_access_token: token } }: LineAccount,
  { http, now, signal }: Context,
): Promise<{ expiresAtMs?: number | null }> {
  const body = writeForm({ access_token: token });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = urlUnder(config.base_url, '/v2/oauth/verify');
  let result = await http.call({ method: 'POST', url, headers, body, signal });
  if (result.type === 'answer' && result.status >= 400 && result.status < 500) {
    const other = `${urlUnder(config.base_url, '/oauth2/v2.1/verify')}?${body}`;
    result = await http.call({ method: 'GET', url: other, signal });
  }
  const left = answerAs(result, verifiedSchema)?.expires_in;
  if (left === undefined) return {};
  return { expiresAtMs: left >= foreverSeconds ? null : now() + left * 1000 };
}

/** A file of LINE's by the id of its message, which wants the token; one from elsewhere (LIFF) by its address, which must not get it. */
export async function fetchMedia(
  reference: string,
  { config, credentials }: LineAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  if (/^https?:/i.test(reference)) return download(context, { url: reference });
  const url = urlUnder(config.data_url, `v2/bot/message/${encodeURIComponent(reference)}/content`);
  return download(context, { url, token: credentials.channel_access_token });
}
