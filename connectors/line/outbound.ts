import { createHash } from 'node:crypto';
import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson, retryAfterMs } from '../kit/http.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { userIdOf } from './address.ts';
import { ask, callLine } from './api.ts';
import { mp4DurationMs } from './duration.ts';
import { limits } from './manifest.ts';
import type { LineAccount } from './manifest.ts';
import { render } from './render.ts';
import type { Message } from './render.ts';
import { failureCodeOf } from './status.ts';
import { consumptionSchema, errorSchema, quotaSchema, sentSchema } from './wire.ts';

/** Longest that the dots may show; they go when a message comes. */
const loadingSeconds = 20;

export async function send(
  request: SendRequest,
  account: LineAccount,
  context: Context,
): Promise<SendOutcome> {
  const { content } = request.part;
  const to = userIdOf(request.address);
  if (content.kind === 'typing')
    return content.on === false ? { type: 'sent', providerIds: [] } : showLoading(to, account, context);
  const rendered = render({
    part: request.part,
    addressOf: (media) => mediaUrl(media, request.media),
    previewUrl: account.hookUrl.replace(/\/hooks\/.*$/, '/assets/line/video.png'),
    durationMs: await durationOf(request),
  });
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const providerIds: string[] = [];
  for (let from = 0; from < rendered.messages.length; from += limits.messages) {
    const messages = rendered.messages.slice(from, from + limits.messages);
    const outcome = await push(
      { to, messages },
      { account, context, key: `${request.idempotencyKey}/${from}` },
    );
    // what went before is safe: the next attempt sends it with the same keys
    if (outcome.type !== 'sent') return outcome;
    providerIds.push(...outcome.providerIds);
  }
  return { type: 'sent', providerIds };
}

/** The same key gives the same UUID (RFC 9562, version 8: by a hash of our own choice). */
export function retryKeyOf(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

async function durationOf({ part, media }: SendRequest): Promise<number | undefined> {
  const { content } = part;
  if (content.kind !== 'media' || content.media.type !== 'audio' || content.media.id === undefined)
    return undefined;
  try {
    const bytes = await media.get(content.media.id)?.read();
    return bytes && mp4DurationMs(bytes);
  } catch {
    return undefined;
  }
}

interface Call {
  account: LineAccount;
  context: Context;
}

async function push(
  body: { to: string; messages: Message[] },
  { key, ...call }: Call & { key: string },
): Promise<SendOutcome> {
  const { account, context } = call;
  const json = { to: body.to, messages: body.messages };
  const result = await callLine(
    account,
    { method: 'POST', path: '/v2/bot/message/push', json, retryKey: retryKeyOf(key) },
    context,
  );
  const ended = unanswered(result);
  if (ended) return ended;
  const answer = result as Answer;
  if (answer.status >= 200 && answer.status < 300) {
    const sent = sentSchema.safeParse(answerJson(answer));
    return sent.success
      ? { type: 'sent', providerIds: sent.data.sentMessages.map(({ id }) => id) }
      : { type: 'uncertain', reason: 'unreadable_answer' };
  }
  return refusal(answer, body.to, call);
}

type Answer = Extract<CallResult, { type: 'answer' }>;

function unanswered(result: CallResult): SendOutcome | undefined {
  if (result.type === 'unsent') return { type: 'rejected', failure: failure('platform_unavailable') };
  return result.type === 'unknown' ? { type: 'uncertain', reason: result.reason } : undefined;
}

async function refusal(answer: Answer, to: string, call: Call): Promise<SendOutcome> {
  const { status, headers } = answer;
  const error = errorSchema.safeParse(answerJson(answer)).data;
  if (status === 409) {
    // the retry key was accepted before: it is sent
    if (!error?.sentMessages && !headers['x-line-accepted-request-id'])
      return { type: 'uncertain', reason: 'status_409' };
    return { type: 'sent', providerIds: (error?.sentMessages ?? []).map(({ id }) => id) };
  }
  if (status === 429) return throttled(answer, call);
  if (status === 400 && error) {
    const properties = (error.details ?? []).map(({ property }) => property ?? '');
    if (properties.includes('to')) return { type: 'rejected', failure: failure('address_invalid', status) };
    if (properties.length === 0 && (await isUnknown(to, call)))
      return { type: 'rejected', failure: failure('unreachable', status) };
  }
  return { type: 'rejected', failure: failure(failureCodeOf(status), status) };
}

/** A 400 that names no property may be about the person. Of one who is unknown or no friend there is no profile. */
async function isUnknown(to: string, { account, context }: Call): Promise<boolean> {
  const result = await callLine(
    account,
    { method: 'GET', path: `/v2/bot/profile/${encodeURIComponent(to)}` },
    context,
  );
  return result.type === 'answer' && result.status === 404;
}

/** Too fast, or the month's messages are used up: LINE tells these apart only in words, but can be asked. */
async function throttled(answer: Answer, { account, context }: Call): Promise<SendOutcome> {
  const quota = await ask(account, '/v2/bot/message/quota', { schema: quotaSchema, context });
  if (quota?.type === 'limited' && quota.value !== undefined) {
    const used = await ask(account, '/v2/bot/message/quota/consumption', {
      schema: consumptionSchema,
      context,
    });
    if (used && used.totalUsage >= quota.value)
      return { type: 'rejected', failure: failure('balance_exhausted', answer.status) };
  }
  const waitMs = retryAfterMs(answer.headers['retry-after'], context.now());
  return {
    type: 'throttled',
    platformCode: '429',
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

async function showLoading(chatId: string, account: LineAccount, context: Context): Promise<SendOutcome> {
  const json = { chatId, loadingSeconds };
  const result = await callLine(
    account,
    { method: 'POST', path: '/v2/bot/chat/loading/start', json },
    context,
  );
  const ended = unanswered(result);
  if (ended) return ended;
  const { status } = result as Answer;
  return status >= 200 && status < 300
    ? { type: 'sent', providerIds: [] }
    : { type: 'rejected', failure: failure(failureCodeOf(status), status) };
}
