import type { CallResult, Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { writtenMailbox } from '../kit/mail/address.ts';
import { composeMail } from '../kit/mail/compose.ts';
import type { Mail } from '../kit/mail/compose.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import { maxAttachmentBytes } from './manifest.ts';
import type { MailgunAccount } from './manifest.ts';
import { domainSchema, sentSchema } from './wire.ts';

/** Mailgun has no codes of its own beside the HTTP status. */
const statuses: Readonly<Record<string, CodeMeaning>> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  402: 'balance_exhausted',
  403: 'account_unauthorized',
  404: 'account_unauthorized', // no such domain under this key, or another region
};

export async function send(
  request: SendRequest,
  account: MailgunAccount,
  context: Context,
): Promise<SendOutcome> {
  const composed = await composeMail(request, account.config, { nowMs: context.now(), maxAttachmentBytes });
  if (!composed.ok) return { type: 'rejected', failure: composed.failure };
  const { mail } = composed;
  const result = await call(account, context, `v3/${account.config.domain}/messages`, formOf(mail));
  return outcomeOf(result, {
    nowMs: context.now(),
    sent: (json) => {
      const id = sentSchema.safeParse(json).data?.id.replace(/^<?(.*?)>?$/, '<$1>');
      return id === undefined ? undefined : [...new Set([id, mail.messageId])];
    },
    refused: (_json, { status }) => {
      const meaning = meaningIn(statuses, status);
      return meaning && { code: String(status), meaning };
    },
  });
}

/** "Send an email": what stands in the letter is found there by its file name. */
function formOf(mail: Mail): FormData {
  const form = new FormData();
  form.append('from', writtenMailbox(mail.from));
  form.append('to', mail.to);
  form.append('subject', mail.subject);
  form.append('text', textOf(mail));
  if (mail.body.html !== undefined) form.append('html', mail.body.html);
  for (const [name, value] of Object.entries(headersOf(mail))) form.append(`h:${name}`, value);
  form.append('o:tracking', 'no');
  for (const { name, mediaType, bytes, cid } of filesOf(mail))
    form.append(
      cid === undefined ? 'attachment' : 'inline',
      new Blob([new Uint8Array(bytes)], { type: mediaType }),
      cid ?? name,
    );
  return form;
}

const call = (
  { config, credentials }: MailgunAccount,
  { http, signal }: Context,
  path: string,
  body?: FormData,
): Promise<CallResult> =>
  http.call({
    method: body ? 'POST' : 'GET',
    url: `${config.base_url.replace(/\/+$/, '')}/${path}`,
    headers: { authorization: `Basic ${Buffer.from(`api:${credentials.api_key}`).toString('base64')}` },
    ...(body ? { body, timeoutMs: 60_000 } : {}),
    signal,
  });

/** "Get domain details". A domain sending key may only send: it cannot ask, and is refused as a wrong one is. */
export async function probe(account: MailgunAccount, context: Context): Promise<ProbeOutcome> {
  const result = await call(account, context, `v4/domains/${account.config.domain}`);
  if (result.type !== 'answer') return { ok: false, detail: `Mailgun did not answer: ${result.reason}` };
  const found = result.status === 200 ? domainSchema.safeParse(answerJson(result)).data : undefined;
  if (!found)
    return {
      ok: false,
      detail: `Mailgun answers ${result.status} when asked for the domain: check the key, the domain and its region`,
      ...(result.status === 401 ? { fields: ['credentials.api_key'] } : {}),
    };
  const { name, state } = found.domain;
  return state === undefined || state === 'active'
    ? { ok: true, detail: name }
    : { ok: false, detail: `Mailgun says that ${name} is ${state}`, fields: ['config.domain'] };
}
