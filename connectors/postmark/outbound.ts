import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { writtenMailbox } from '../kit/mail/address.ts';
import { composeMail } from '../kit/mail/compose.ts';
import type { Mail } from '../kit/mail/compose.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import { maxAttachmentBytes } from './manifest.ts';
import type { PostmarkAccount } from './manifest.ts';
import { errorCodes } from './status.ts';
import { answerSchema, serverSchema } from './wire.ts';

/** "What does error code 300 mean?": local parts that Postmark takes; others would be an unexplained 300. */
const localPart = /^(?!\.)(?!.*\.\.)(?!.*\.@)[a-z0-9.!#$%&'`*+\-/=^_{}|~]+@/;

export async function send(
  request: SendRequest,
  account: PostmarkAccount,
  context: Context,
): Promise<SendOutcome> {
  const composed = await composeMail(request, account.config, { nowMs: context.now(), maxAttachmentBytes });
  if (!composed.ok) return { type: 'rejected', failure: composed.failure };
  const { mail } = composed;
  if (!localPart.test(mail.to)) return { type: 'rejected', failure: failure('address_invalid') };
  const result = await call(account, context, 'email', requestOf(mail, account));
  return outcomeOf(result, {
    nowMs: context.now(),
    sent: (json) => {
      const answer = answerSchema.safeParse(json);
      return answer.success && answer.data.MessageID ? [mail.messageId, answer.data.MessageID] : undefined;
    },
    refused: (json, { status }) => {
      const code = answerSchema.safeParse(json).data?.ErrorCode;
      if (code === undefined || code === 0 || status >= 500) return undefined;
      return { code: String(code), meaning: meaningIn(errorCodes, code) ?? 'platform_refused' };
    },
  });
}

/** "Send a single email". Without `X-PM-KeepID` Postmark would write a Message-ID of its own, and no answer would find its thread. */
function requestOf(mail: Mail, { config }: PostmarkAccount): unknown {
  const headers = { ...headersOf(mail), 'X-PM-KeepID': 'true' };
  const files = filesOf(mail);
  return {
    From: writtenMailbox(mail.from),
    To: mail.to,
    Subject: mail.subject,
    TextBody: textOf(mail),
    ...(mail.body.html === undefined ? {} : { HtmlBody: mail.body.html }),
    Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
    ...(files.length === 0
      ? {}
      : {
          Attachments: files.map(({ name, mediaType, bytes, cid }) => ({
            Name: name,
            Content: bytes.toString('base64'),
            ContentType: mediaType,
            ...(cid === undefined ? {} : { ContentID: `cid:${cid}` }),
          })),
        }),
    MessageStream: config.message_stream,
    TrackOpens: false,
    TrackLinks: 'None',
  };
}

const call = (
  { config, credentials }: PostmarkAccount,
  { http, signal }: Context,
  path: string,
  json?: unknown,
): Promise<CallResult> =>
  http.call({
    method: json === undefined ? 'GET' : 'POST',
    url: `${config.base_url.replace(/\/+$/, '')}/${path}`,
    headers: { accept: 'application/json', 'x-postmark-server-token': credentials.server_token },
    ...(json === undefined ? {} : { json, timeoutMs: 60_000 }),
    signal,
  });

/** "Get the server": what the token opens, and where its mail goes. */
export async function probe(account: PostmarkAccount, context: Context): Promise<ProbeOutcome> {
  const result = await call(account, context, 'server');
  if (result.type !== 'answer') return { ok: false, detail: `Postmark did not answer: ${result.reason}` };
  const server = result.status === 200 ? serverSchema.safeParse(answerJson(result)).data : undefined;
  if (!server)
    return {
      ok: false,
      detail: `Postmark answers ${result.status} to the token`,
      ...(result.status === 401 ? { fields: ['credentials.server_token'] } : {}),
    };
  // it may hold the secret: compared, never shown
  const inbound = server.InboundHookUrl ?? '';
  const set = inbound.includes(account.hookUrl.replace(/^https?:\/\//, ''));
  return {
    ok: true,
    detail: set ? server.Name : `${server.Name}, but its inbound webhook is not ${account.hookUrl}`,
  };
}
