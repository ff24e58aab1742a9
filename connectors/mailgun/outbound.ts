import type { CallResult, Context, ProbeOutcome } from '../contract/index.ts';
import { answerAs } from '../kit/http.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { writtenMailbox } from '../kit/mail/address.ts';
import type { Mail } from '../kit/mail/compose.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import { callProvider, mailSender } from '../kit/mail/sender.ts';
import { notProbed } from '../kit/probe.ts';
import { maxAttachmentBytes } from './manifest.ts';
import type { MailgunAccount, MailgunConfig, MailgunCredentials } from './manifest.ts';
import { domainSchema, sentSchema } from './wire.ts';

/** Mailgun has no codes of its own beside the HTTP status. */
const statuses: Readonly<Record<string, CodeMeaning>> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  402: 'balance_exhausted',
  403: 'account_unauthorized',
  404: 'account_unauthorized', // no such domain under this key, or another region
};

export const sender = mailSender<MailgunConfig, MailgunCredentials>({
  maxAttachmentBytes,
  call: (mail, account, context) =>
    call(account, context, { path: `v3/${account.config.domain}/messages`, body: formOf(mail) }),
  sent: (json, mail) => {
    const id = sentSchema.safeParse(json).data?.id.replace(/^<?(.*?)>?$/, '<$1>');
    return id === undefined ? undefined : [...new Set([id, mail.messageId])];
  },
  refused: statuses,
});

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
  account: MailgunAccount,
  context: Context,
  request: { path: string; body?: FormData },
): Promise<CallResult> => {
  const key = Buffer.from(`api:${account.credentials.api_key}`).toString('base64');
  return callProvider(account, context, { ...request, headers: { authorization: `Basic ${key}` } });
};

/** "Get domain details". A domain sending key may only send: it cannot ask, and is refused as a wrong one is. */
export async function probe(account: MailgunAccount, context: Context): Promise<ProbeOutcome> {
  const result = await call(account, context, { path: `v4/domains/${account.config.domain}` });
  const found = answerAs(result, domainSchema);
  if (!found)
    return notProbed(result, {
      platform: 'Mailgun',
      asked: 'when asked for the domain: check the key, the domain and its region',
      field: 'credentials.api_key',
    });
  const { name, state } = found.domain;
  return state === undefined || state === 'active'
    ? { ok: true, detail: name }
    : { ok: false, detail: `Mailgun says that ${name} is ${state}`, fields: ['config.domain'] };
}
