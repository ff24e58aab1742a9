import { failure } from '../../protocol/failures.ts';
import type { Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { allInOrder, outcomeOf } from '../kit/whatsapp/outcome.ts';
import type { InfobipAccount } from './manifest.ts';
import type { Message } from './interactive.ts';
import { render } from './render.ts';
import { codes, familyOf, refusedGroups } from './status.ts';
import { refusedSchema, sendersSchema, sentSchema } from './wire.ts';

/** Group 2, 4 or 5 in a good answer is a refusal. One that has no name in the table must not pass for a message that went out. */
const nameless = 'REFUSED';

export const answers = {
  codes: { ...codes, [nameless]: 'platform_refused' as const },
  ids: (json: unknown) => {
    const { data } = sentSchema.safeParse(json);
    return data && [data.messageId];
  },
  refusals: (json: unknown) => {
    const { data: sent } = sentSchema.safeParse(json);
    const refused = sent?.status && refusedGroups.includes(sent.status.groupId ?? 0);
    const { data } = refusedSchema.safeParse(json);
    return [
      ...familyOf(refused ? sent?.status?.name : undefined),
      refused ? nameless : undefined,
      data?.errorCode,
      data?.requestError?.serviceException?.messageId,
    ];
  },
};

export const authorization = ({ credentials }: InfobipAccount): { authorization: string } => ({
  authorization: `App ${credentials.api_key}`,
});

const urlOf = ({ config }: InfobipAccount, path: string): string =>
  `${config.base_url.replace(/\/+$/, '')}/whatsapp/1/${path}`;

export async function send(
  request: SendRequest,
  account: InfobipAccount,
  context: Context,
): Promise<SendOutcome> {
  if (request.part.content.kind === 'read') return markRead(request, account, context);
  const rendered = render(request, account.config);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  return allInOrder(rendered.messages, async (message) => {
    const result = await context.http.call({
      method: 'POST',
      url: urlOf(account, `message/${message.path}`),
      headers: { ...authorization(account), accept: 'application/json' },
      json: bodyOf(message, request, account),
      signal: context.signal,
    });
    return outcomeOf(result, answers, context.now());
  });
}

/** Reports come to where each message says: that of its delivery, and that it was seen. */
function bodyOf(
  { path, content }: Message,
  request: SendRequest,
  { config, credentials, hookUrl }: InfobipAccount,
) {
  const message = {
    from: config.sender.slice(1),
    // a number without its plus, or a business-scoped user id as it is
    to: request.address.replace(/^whatsapp:\+?/, ''),
    content,
    ...(request.replyTo === undefined ? {} : { context: { replyToMessageId: request.replyTo } }),
    notifyUrl: `${hookUrl}?token=${credentials.hook_token}`,
  };
  return path === 'template' ? { messages: [message] } : message;
}

async function markRead(
  { replyTo }: SendRequest,
  account: InfobipAccount,
  context: Context,
): Promise<SendOutcome> {
  if (!replyTo) return { type: 'rejected', failure: failure('content_unsupported') };
  const sender = account.config.sender.slice(1);
  const result = await context.http.call({
    method: 'POST',
    url: urlOf(account, `senders/${sender}/message/${encodeURIComponent(replyTo)}/read`),
    headers: authorization(account),
    signal: context.signal,
  });
  // a mark is no message: there is no id of it
  return result.type === 'answer' && result.status >= 200 && result.status < 300
    ? { type: 'sent', providerIds: [] }
    : outcomeOf(result, answers, context.now());
}

/** Asks how the sender stands, which changes nothing. */
export async function probe(account: InfobipAccount, context: Context): Promise<ProbeOutcome> {
  const sender = account.config.sender.slice(1);
  const result = await context.http.call({
    method: 'GET',
    url: urlOf(account, `senders/quality?senders=${sender}`),
    headers: { ...authorization(account), accept: 'application/json' },
    signal: context.signal,
  });
  if (result.type !== 'answer')
    return { ok: false, detail: 'Infobip did not answer; check base_url and the network.' };
  const { status } = result;
  if (status === 401 || status === 403)
    return {
      ok: false,
      detail: `Infobip answers ${status}: check the API key and its scopes.`,
      fields: ['credentials.api_key'],
    };
  const senders = sendersSchema.safeParse(answerJson(result)).data?.results;
  if (status < 200 || status >= 300 || !senders) return { ok: false, detail: `Infobip answers ${status}.` };
  const own = senders.find((each) => each.sender === sender);
  if (!own)
    return { ok: false, detail: 'The sender is none of this Infobip account’s.', fields: ['config.sender'] };
  return { ok: true, detail: [own.status, own.qualityRating].filter(Boolean).join(', ').slice(0, 128) };
}
