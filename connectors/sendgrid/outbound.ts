import type { CallResult, Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { composeMail } from '../kit/mail/compose.ts';
import type { Mail } from '../kit/mail/compose.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import { maxAttachmentBytes } from './manifest.ts';
import type { SendgridAccount } from './manifest.ts';
import { statuses } from './status.ts';
import { idArgument } from './wire.ts';

export async function send(
  request: SendRequest,
  account: SendgridAccount,
  context: Context,
): Promise<SendOutcome> {
  const composed = await composeMail(request, account.config, { nowMs: context.now(), maxAttachmentBytes });
  if (!composed.ok) return { type: 'rejected', failure: composed.failure };
  const { mail } = composed;
  const result = await call(account, context, 'v3/mail/send', requestOf(mail));
  return outcomeOf(result, {
    nowMs: context.now(),
    // 202 with nothing in it; events name the id that we gave
    sent: () => (result.type === 'answer' && result.status === 202 ? [mail.messageId] : undefined),
    refused: (_json, { status }) => {
      const meaning = meaningIn(statuses, status);
      return meaning && { code: String(status), meaning };
    },
  });
}

/** "Mail Send". */
function requestOf(mail: Mail): unknown {
  const { name, address } = mail.from;
  const files = filesOf(mail);
  return {
    personalizations: [{ to: [{ email: mail.to }] }],
    from: { email: address, ...(name ? { name } : {}) },
    subject: mail.subject,
    content: [
      { type: 'text/plain', value: textOf(mail) },
      ...(mail.body.html === undefined ? [] : [{ type: 'text/html', value: mail.body.html }]),
    ],
    headers: headersOf(mail),
    custom_args: { [idArgument]: mail.messageId },
    tracking_settings: {
      click_tracking: { enable: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
    },
    ...(files.length === 0
      ? {}
      : {
          attachments: files.map((file) => ({
            content: file.bytes.toString('base64'),
            // no line ends, no semicolons: parameters have no place there
            type: file.mediaType.split(';', 1)[0],
            filename: file.name,
            disposition: file.cid === undefined ? 'attachment' : 'inline',
            ...(file.cid === undefined ? {} : { content_id: file.cid }),
          })),
        }),
  };
}

const call = (
  { config, credentials }: SendgridAccount,
  { http, signal }: Context,
  path: string,
  json?: unknown,
): Promise<CallResult> =>
  http.call({
    method: json === undefined ? 'GET' : 'POST',
    url: `${config.base_url.replace(/\/+$/, '')}/${path}`,
    headers: { authorization: `Bearer ${credentials.api_key}` },
    ...(json === undefined ? {} : { json, timeoutMs: 60_000 }),
    signal,
  });

/** "Retrieve a list of scopes for which this user has access": whether the key may send. */
export async function probe(account: SendgridAccount, context: Context): Promise<ProbeOutcome> {
  const result = await call(account, context, 'v3/scopes');
  if (result.type !== 'answer') return { ok: false, detail: `SendGrid did not answer: ${result.reason}` };
  const answer = answerJson(result);
  const scopes = (answer as { scopes?: unknown } | null | undefined)?.scopes;
  if (result.status !== 200 || !Array.isArray(scopes))
    return {
      ok: false,
      detail: `SendGrid answers ${result.status} to the key`,
      ...(result.status === 401 ? { fields: ['credentials.api_key'] } : {}),
    };
  return scopes.includes('mail.send')
    ? { ok: true, detail: 'The key may send.' }
    : { ok: false, detail: 'The key may not send: it lacks mail.send', fields: ['credentials.api_key'] };
}
