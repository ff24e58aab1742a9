import { answerAs } from '../kit/http.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { writtenMailbox } from '../kit/mail/address.ts';
import type { Mail } from '../kit/mail/compose.ts';
import type { MailOutbound } from '../kit/mail/connector.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
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

export const outbound: MailOutbound<MailgunAccount> = {
  headers: ({ credentials }) => ({
    authorization: `Basic ${Buffer.from(`api:${credentials.api_key}`).toString('base64')}`,
  }),
  request: (mail, { config }) => ({ path: `v3/${config.domain}/messages`, body: formOf(mail) }),
  sent: (json, mail) => {
    const id = sentSchema.safeParse(json).data?.id.replace(/^<?(.*?)>?$/, '<$1>');
    return id === undefined ? undefined : [...new Set([id, mail.messageId])];
  },
  refused: statuses,
  // "Get domain details". A domain sending key may only send: it cannot ask, and is refused as a wrong one is
  probe: {
    platform: 'Mailgun',
    asked: 'when asked for the domain: check the key, the domain and its region',
    field: 'credentials.api_key',
    path: ({ config }) => `v4/domains/${config.domain}`,
    read: (result) => {
      const { name, state = 'active' } = answerAs(result, domainSchema)?.domain ?? {};
      if (name === undefined) return undefined;
      return state === 'active'
        ? { ok: true, detail: name }
        : { ok: false, detail: `Mailgun says that ${name} is ${state}`, fields: ['config.domain'] };
    },
  },
};

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
