import { createHash } from 'node:crypto';
import type { CallResult, Context, OutgoingRequest, ProbeOutcome, SendOutcome } from '../contract/index.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { endedBy, meaningIn } from '../kit/json-answer.ts';
import { notProbed } from '../kit/probe.ts';
import { knownOf } from './known.ts';
import type { DiscordAccount } from './manifest.ts';
import { codes } from './status.ts';
import { channelSchema, errorSchema, userSchema } from './wire.ts';

export interface DiscordCall extends Pick<OutgoingRequest, 'method' | 'json' | 'body' | 'timeoutMs'> {
  path: string;
}

/** One request. Discord wants to know who calls ("User Agent"). */
export const callDiscord = (
  { config, credentials, hookUrl }: DiscordAccount,
  { path, ...request }: DiscordCall,
  { http, signal }: Context,
): Promise<CallResult> =>
  http.call({
    ...request,
    url: urlUnder(config.base_url, path),
    headers: {
      authorization: `Bot ${credentials.bot_token}`,
      'user-agent': `DiscordBot (${new URL(hookUrl).origin}, 0.1)`,
    },
    signal,
  });

export const ended = endedBy((json, { status }) => {
  const error = errorSchema.safeParse(json).data;
  const waitMs = error?.retry_after === undefined ? undefined : Math.ceil(error.retry_after * 1000);
  // code 0 is "general": the status says more
  const code = error?.code || status;
  return { code: String(code), meaning: status === 429 ? 'throttled' : meaningIn(codes, code), waitMs };
});

/** The direct conversation with a person ("Create DM"): opened once, remembered while the account lives. */
export async function channelOf(
  user: string,
  account: DiscordAccount,
  context: Context,
): Promise<{ ok: true; channel: string } | { ok: false; outcome: SendOutcome }> {
  const known = knownOf(account).channelOfUser(user);
  if (known) return { ok: true, channel: known };
  const call = { method: 'POST', path: '/users/@me/channels', json: { recipient_id: user } } as const;
  const result = await callDiscord(account, call, context);
  const opened = answerAs(result, channelSchema);
  if (!opened) return { ok: false, outcome: ended(result, context.now(), () => undefined) };
  knownOf(account).learn(opened.id, user);
  return { ok: true, channel: opened.id };
}

/** At most 25 characters, the same for every attempt at a part: Discord gives back the first message for some minutes. */
export const nonceOf = (idempotencyKey: string): string =>
  createHash('sha256').update(idempotencyKey).digest('base64url').slice(0, 25);

export async function probe(account: DiscordAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callDiscord(account, { method: 'GET', path: '/users/@me' }, context);
  const bot = answerAs(result, userSchema);
  return bot
    ? { ok: true, detail: bot.username ?? bot.id }
    : notProbed(result, { platform: 'Discord', asked: 'to the bot token' });
}
