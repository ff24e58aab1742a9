import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { retryAfterMs, urlUnder } from '../kit/http.ts';
import { userIdOf } from './address.ts';
import { limits } from './manifest.ts';
import type { ViberAccount } from './manifest.ts';
import { render } from './render.ts';
import { refusalOf } from './status.ts';
import { answerSchema, exactJson } from './wire.ts';

export const callViber = (
  { config, credentials }: ViberAccount,
  method: string,
  { json, context }: { json: unknown; context: Context },
): Promise<CallResult> =>
  context.http.call({
    method: 'POST',
    url: urlUnder(config.base_url, method),
    headers: { 'x-viber-auth-token': credentials.auth_token },
    json,
    signal: context.signal,
  });

/** Viber has no key by which it would know a repetition: once one message of a part went out, a stop is `uncertain`. */
export async function send(
  request: SendRequest,
  account: ViberAccount,
  context: Context,
): Promise<SendOutcome> {
  const rendered = render(request.part, request.media);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const { sender_name: name, sender_avatar: avatar } = account.config;
  const messages = rendered.bodies.map((body) => ({
    min_api_version: 1,
    ...body,
    receiver: userIdOf(request.address),
    sender: { name, ...(avatar ? { avatar } : {}) },
  }));
  if (messages.some((json) => Buffer.byteLength(JSON.stringify(json)) > limits.requestBytes))
    return { type: 'rejected', failure: failure('content_too_large') };
  const providerIds: string[] = [];
  for (const [index, json] of messages.entries()) {
    const outcome = outcomeOf(await callViber(account, 'send_message', { json, context }), context.now());
    if (outcome.type !== 'sent') return index === 0 ? outcome : { type: 'uncertain', reason: 'partly_sent' };
    providerIds.push(...outcome.providerIds);
  }
  return { type: 'sent', providerIds };
}

/** Also a refusal comes with HTTP 200; other statuses are those of what stands before the interface. */
function outcomeOf(result: CallResult, nowMs: number): SendOutcome {
  if (result.type === 'unsent') return { type: 'rejected', failure: failure('platform_unavailable') };
  if (result.type === 'unknown') return { type: 'uncertain', reason: result.reason };
  const { status, headers } = result;
  const waitMs = retryAfterMs(headers['retry-after'], nowMs);
  const answer = answerSchema.safeParse(exactJson(result.body)).data;
  if (answer && answer.status !== 0 && status < 500) return refusalOf(answer.status, waitMs);
  if (status >= 200 && status < 300)
    return answer?.message_token
      ? { type: 'sent', providerIds: [answer.message_token] }
      : { type: 'uncertain', reason: 'unreadable_answer' };
  if (status === 429)
    return {
      type: 'throttled',
      platformCode: '429',
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    };
  if (status === 502 || status === 504) return { type: 'uncertain', reason: `status_${status}` };
  const code =
    status >= 500 ? 'platform_unavailable' : status === 401 ? 'account_unauthorized' : 'platform_refused';
  return { type: 'rejected', failure: failure(code, status) };
}

export async function probe(
  account: ViberAccount,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const result = await callViber(account, 'get_account_info', { json: {}, context });
  if (result.type !== 'answer') return { ok: false, detail: `Viber did not answer: ${result.reason}` };
  const answer = result.status === 200 ? answerSchema.safeParse(exactJson(result.body)).data : undefined;
  if (answer?.status !== 0)
    return {
      ok: false,
      detail: `Viber answers ${answer ? `status ${answer.status}` : result.status} to the token`,
    };
  const name = answer.name ?? answer.uri ?? 'the bot';
  const detail =
    answer.webhook === account.hookUrl
      ? name
      : `${name}, but its webhook is not ${account.hookUrl}: call set_webhook`;
  return { ok: true, detail };
}
