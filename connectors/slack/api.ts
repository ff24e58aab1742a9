import type { z } from 'zod';
import type { CallResult, Context, ProbeOutcome, SendOutcome } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { download } from '../kit/download.ts';
import type { Fetched } from '../kit/download.ts';
import type { SlackAccount } from './manifest.ts';
import { errors } from './status.ts';
import { answerSchema, fileInfoSchema, selfSchema } from './wire.ts';

/** A method of the Web API. Those that upload or read take a form, the others JSON. */
export function callSlack(
  { config, credentials }: SlackAccount,
  { method, json, form }: { method: string; json?: unknown; form?: Record<string, string> },
  { http, signal }: Context,
): Promise<CallResult> {
  return http.call({
    method: 'POST',
    url: `${config.base_url.replace(/\/+$/, '')}/${method}`,
    headers: {
      authorization: `Bearer ${credentials.bot_token}`,
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json; charset=utf-8',
    },
    ...(form ? { body: new URLSearchParams(form).toString() } : { json }),
    signal,
  });
}

/** What a call ended in; `ids` reads the answer. Slack says what it refuses under a 200. */
export const ended = (
  result: CallResult,
  nowMs: number,
  ids: (json: unknown) => string[] | undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent: (json) => (answerSchema.safeParse(json).data?.ok ? ids(json) : undefined),
    refused: (json) => {
      const answer = answerSchema.safeParse(json).data;
      if (!answer || answer.ok || answer.error === undefined) return undefined;
      return { code: answer.error, meaning: meaningIn(errors, answer.error) ?? 'platform_refused' };
    },
  });

/** What a method answers, or how it ended otherwise: nothing was sent by it, so not knowing is no uncertainty. */
export async function ask<T>(
  account: SlackAccount,
  call: { method: string; json?: unknown; form?: Record<string, string>; schema: z.ZodType<T> },
  context: Context,
): Promise<{ ok: true; value: T } | { ok: false; result: CallResult }> {
  const result = await callSlack(account, call, context);
  const read = result.type === 'answer' ? call.schema.safeParse(answerJson(result)) : undefined;
  return read?.success ? { ok: true, value: read.data } : { ok: false, result };
}

/** `auth.test`, and whether the token is of the workspace that the account names. */
export async function probe(account: SlackAccount, context: Context): Promise<ProbeOutcome> {
  const self = await ask(account, { method: 'auth.test', json: {}, schema: selfSchema }, context);
  if (!self.ok) {
    const { result } = self;
    if (result.type !== 'answer') return { ok: false, detail: `Slack did not answer: ${result.reason}` };
    const code = answerSchema.safeParse(answerJson(result)).data?.error ?? `HTTP ${result.status}`;
    return { ok: false, detail: `Slack refuses the bot token: ${code}` };
  }
  const { team_id, team = team_id, expires_in: left } = self.value;
  return team_id === account.config.team_id
    ? {
        ok: true,
        detail: team,
        ...(left === undefined ? {} : { expiresAtMs: context.now() + left * 1000 }),
      }
    : { ok: false, detail: `The bot token is of workspace ${team_id}, not ${account.config.team_id}` };
}

/** Whether an address is where the account says that Slack's interface and files are. */
export const isSlacks = (url: string, { config }: SlackAccount): boolean =>
  URL.canParse(url) &&
  [config.base_url, config.files_url].some((own) => new URL(own).origin === new URL(url).origin);

/** A file by its address, or by its id where the event had none. */
export async function fetchMedia(
  reference: string,
  account: SlackAccount,
  context: Context & { maxBytes: number },
): Promise<Fetched> {
  let url = reference;
  if (/^F[A-Z0-9]{2,32}$/.test(reference)) {
    const call = { method: 'files.info', form: { file: reference }, schema: fileInfoSchema };
    const info = await ask(account, call, context);
    if (!info.ok) return { ok: false, permanent: false, reason: 'files.info did not say where the file is' };
    url = info.value.file.url_private_download || info.value.file.url_private || '';
  }
  // files kept elsewhere (Google Drive) are a link, not bytes
  if (!isSlacks(url, account)) return { ok: false, permanent: true, reason: 'the file is not with Slack' };
  const fetched = await download(context, { url, token: account.credentials.bot_token });
  // without the scope files:read Slack shows its login page instead
  return fetched.ok && fetched.mediaType === 'text/html' && !/\.html?$/i.test(new URL(url).pathname)
    ? { ok: false, permanent: false, reason: 'the token may not read files (files:read)' }
    : fetched;
}
