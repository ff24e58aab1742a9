import type { Account, CallResult, Context, MediaFetcher, ProbeOutcome } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { maxDownloadBytes } from './manifest.ts';
import type { TelegramConfig, TelegramCredentials } from './manifest.ts';
import { multipart } from './multipart.ts';
import type { BotCall } from './render.ts';
import { answerSchema, botSchema, filePathSchema, webhookInfoSchema } from './wire.ts';

export type TelegramAccount = Account<TelegramConfig, TelegramCredentials>;

const uploadTimeoutMs = 120_000;
const maxRetryAfterMs = 86_400_000;

/** The token is in the path of every address: no address of these is ever logged or put into a reason. */
const methodUrl = ({ config, credentials }: TelegramAccount, method: string): string =>
  `${config.base_url.replace(/\/+$/, '')}/bot${credentials.token}/${method}`;

/** One call of the Bot API. */
export async function callBot(
  account: TelegramAccount,
  { method, params, file }: BotCall,
  context: Pick<Context, 'http' | 'random' | 'signal'>,
  limits: { timeoutMs?: number; maxBytes?: number } = {},
): Promise<CallResult> {
  const request = {
    method: 'POST',
    url: methodUrl(account, method),
    signal: context.signal,
    ...limits,
  } as const;
  if (!file) return context.http.call({ ...request, json: params });
  const fields = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
  const form = multipart(fields, { ...file, bytes: await file.read() }, context.random(16));
  const headers = { 'content-type': form.contentType };
  return context.http.call({ ...request, headers, body: form.body, timeoutMs: uploadTimeoutMs });
}

/** What the Bot API said, in terms of its own shape. `strange`: an answer that is not the Bot API's. */
export type BotAnswer =
  | { type: 'ok'; result: unknown }
  | { type: 'error'; code: number; retryAfterMs?: number }
  | { type: 'strange'; status: number; headers: Readonly<Record<string, string | undefined>> };

export function readAnswer(result: Extract<CallResult, { type: 'answer' }>): BotAnswer {
  const parsed = answerSchema.safeParse(answerJson(result));
  const ok = result.status >= 200 && result.status < 300;
  if (!parsed.success || (parsed.data.ok && !ok))
    return { type: 'strange', status: result.status, headers: result.headers };
  if (parsed.data.ok) return { type: 'ok', result: parsed.data.result };
  const { error_code, parameters } = parsed.data;
  const seconds = parameters?.retry_after;
  return {
    type: 'error',
    code: error_code,
    ...(seconds === undefined ? {} : { retryAfterMs: Math.min(seconds * 1000, maxRetryAfterMs) }),
  };
}

async function ask(
  account: TelegramAccount,
  call: BotCall,
  context: Context,
): Promise<BotAnswer | undefined> {
  const result = await callBot(account, call, context);
  return result.type === 'answer' ? readAnswer(result) : undefined;
}

/** Whether the Bot API knows the chat; undefined if it didn't say. */
export async function chatExists(
  account: TelegramAccount,
  chatId: unknown,
  context: Context,
): Promise<boolean | undefined> {
  const answer = await ask(account, { method: 'getChat', params: { chat_id: chatId } }, context);
  if (answer?.type === 'ok') return true;
  return answer?.type === 'error' && answer.code === 400 ? false : undefined;
}

/** `getMe`, and whether updates come to this account's hook, or can be fetched. */
export async function probe(account: TelegramAccount, context: Context): Promise<ProbeOutcome> {
  const polls = account.config.receive === 'poll';
  if (!polls && account.credentials.webhook_secret === undefined)
    return {
      ok: false,
      detail: 'A webhook needs a webhook_secret; or let the account receive by poll.',
      fields: ['credentials.webhook_secret', 'config.receive'],
    };
  const answer = await ask(account, { method: 'getMe', params: {} }, context);
  if (answer === undefined)
    return { ok: false, detail: 'The Bot API did not answer; check base_url and the network.' };
  if (answer.type === 'strange')
    return { ok: false, detail: `What answers at base_url is not the Bot API (HTTP ${answer.status}).` };
  if (answer.type === 'error') {
    const advice =
      answer.code === 401 || answer.code === 404
        ? 'the token is not valid; ask @BotFather for it'
        : 'try again later';
    return { ok: false, detail: `The Bot API answers ${answer.code}: ${advice}.` };
  }
  const bot = botSchema.safeParse(answer.result);
  const name = bot.success ? `@${bot.data.username}` : 'the bot';
  const hook = await ask(account, { method: 'getWebhookInfo', params: {} }, context);
  const info = hook?.type === 'ok' ? webhookInfoSchema.safeParse(hook.result) : undefined;
  if (!info?.success) return { ok: true, detail: name };
  const waiting = `${name}, ${info.data.pending_update_count ?? 0} updates waiting`;
  if (polls)
    return {
      ok: true,
      detail: info.data.url === '' ? waiting : `${name}, but a webhook is set: set the account up again`,
    };
  if (info.data.url === account.hookUrl) return { ok: true, detail: waiting };
  return {
    ok: true,
    detail: `${name}, but its webhook is not ${account.hookUrl}: call setWebhook (see the README)`,
  };
}

/** `getFile`, then the file itself from where it says. Its link is good for an hour, so it is asked for each time. */
export const media: MediaFetcher<TelegramConfig, TelegramCredentials> = {
  async fetch(reference, account, context) {
    const answer = await ask(account, { method: 'getFile', params: { file_id: reference } }, context);
    if (answer?.type !== 'ok') {
      const permanent = answer?.type === 'error' && answer.code < 500 && answer.code !== 429;
      return {
        ok: false,
        permanent,
        reason: permanent
          ? 'Telegram does not hand out this file (larger than 20 MB, or gone)'
          : 'the Bot API did not answer',
      };
    }
    const file = filePathSchema.safeParse(answer.result);
    const path = file.success ? safePath(file.data.file_path) : undefined;
    if (!file.success || path === undefined)
      return { ok: false, permanent: true, reason: 'the Bot API named no path that can be fetched' };
    const maxBytes = Math.min(context.maxBytes, maxDownloadBytes);
    if ((file.data.file_size ?? 0) > maxBytes)
      return { ok: false, permanent: true, reason: 'the file is too large' };
    return download(account, path, { ...context, maxBytes });
  },
};

/** The path as segments of an address. A Bot API server in local mode gives paths on its own disk, which nobody can fetch. */
function safePath(path: string): string | undefined {
  const segments = path.split('/');
  return segments.some((segment) => segment === '' || segment === '.' || segment === '..')
    ? undefined
    : segments.map(encodeURIComponent).join('/');
}

async function download(
  { config, credentials }: TelegramAccount,
  path: string,
  { http, signal, maxBytes }: Context & { maxBytes: number },
): ReturnType<typeof media.fetch> {
  const url = `${config.base_url.replace(/\/+$/, '')}/file/bot${credentials.token}/${path}`;
  const result = await http.call({ method: 'GET', url, signal, maxBytes, timeoutMs: uploadTimeoutMs });
  if (result.type === 'answer' && result.status === 200) return { ok: true, bytes: result.body };
  if (result.type === 'unknown' && result.reason === 'too_large')
    return { ok: false, permanent: true, reason: 'the file is too large' };
  return {
    ok: false,
    permanent: false,
    reason:
      result.type === 'answer'
        ? `the download answered ${result.status}`
        : `the download ended: ${result.reason}`,
  };
}
