import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerAs, urlUnder } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { notProbed } from '../kit/probe.ts';
import { destinationOf } from './address.ts';
import type { KakaoAccount } from './manifest.ts';
import { render } from './render.ts';
import { codes, refusedGroups } from './status.ts';
import { refusedSchema, resultsSchema, sentSchema } from './wire.ts';

export const authorization = ({ credentials }: KakaoAccount) => ({
  authorization: `App ${credentials.api_key}`,
});

const longestSeconds = 172_800;

/** Infobip has no key by which it would know a repetition: once one message of a part went out, a stop is `uncertain`. */
export async function send(
  request: SendRequest,
  account: KakaoAccount,
  context: Context,
): Promise<SendOutcome> {
  const rendered = render(request);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const providerIds: string[] = [];
  for (const [index, content] of rendered.contents.entries()) {
    const outcome = await post(content, { request, account, context });
    if (outcome.type !== 'sent') return index === 0 ? outcome : { type: 'uncertain', reason: 'partly_sent' };
    providerIds.push(...outcome.providerIds);
  }
  return { type: 'sent', providerIds };
}

interface Call {
  request: SendRequest;
  account: KakaoAccount;
  context: Context;
}

async function post(
  content: Record<string, unknown>,
  { request, account, context }: Call,
): Promise<SendOutcome> {
  const { base_url, sender, alim_sender = sender } = account.config;
  const alim = content['type'] === 'TEMPLATE';
  // templates go to numbers: an id of Kakao's is known to consultations only
  if (alim && !request.address.startsWith('tel:'))
    return { type: 'rejected', failure: failure('address_invalid') };
  const { validForSeconds } = request;
  const message = {
    sender: alim ? alim_sender : sender,
    destinations: [{ to: destinationOf(request.address) }],
    content,
    ...(validForSeconds === undefined
      ? {}
      : {
          options: {
            validityPeriod: { amount: Math.min(validForSeconds, longestSeconds), timeUnit: 'SECONDS' },
          },
        }),
    webhooks: {
      delivery: {
        url: `${account.hookUrl}?token=${account.credentials.hook_token}`,
        intermediateReport: true,
      },
    },
  };
  const result = await context.http.call({
    method: 'POST',
    url: urlUnder(base_url, `kakao-${alim ? 'alim' : 'sangdam'}/1/messages`),
    headers: authorization(account),
    json: { messages: [message] },
    signal: context.signal,
  });
  return ended(result, context.now());
}

const ended = (result: CallResult, nowMs: number): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent: (json) => {
      const sent = sentSchema.safeParse(json);
      return sent.success ? [sent.data.messages[0].messageId] : undefined;
    },
    refused: (json, { status }) => {
      const name =
        status >= 200 && status < 300 ? refusalIn(json) : refusedSchema.safeParse(json).data?.errorCode;
      if (name === undefined) return status === 403 ? { meaning: 'account_unauthorized' } : undefined;
      const meaning = meaningIn(codes, name) ?? (status < 300 ? 'platform_refused' : undefined);
      return { code: name, ...(meaning === undefined ? {} : { meaning }) };
    },
  });

/** A good answer may hold a refusal. */
function refusalIn(json: unknown): string | undefined {
  const status = sentSchema.safeParse(json).data?.messages[0].status;
  if (status?.groupId === undefined || !refusedGroups.includes(status.groupId)) return undefined;
  return status.name ?? `group_${status.groupId}`;
}

/** The last message to consumers: proves address and key, and that this product is the account's. */
export async function probe(account: KakaoAccount, context: Context): Promise<ProbeOutcome> {
  const { base_url, sender } = account.config;
  const result = await context.http.call({
    method: 'GET',
    url: urlUnder(base_url, `kakao-sangdam/1/logs?limit=1&sender=${encodeURIComponent(sender)}`),
    headers: authorization(account),
    signal: context.signal,
  });
  if (answerAs(result, resultsSchema)) return { ok: true, detail: sender };
  return notProbed(result, {
    platform: 'Infobip',
    asked: 'to the API key, asked for the logs of Sangdam Talk',
    field: 'credentials.api_key',
  });
}
