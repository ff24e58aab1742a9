import type { CallResult, Context, ProbeOutcome } from '../contract/index.ts';
import { answerAs } from '../kit/http.ts';
import { meaningIn } from '../kit/json-answer.ts';
import { writtenMailbox } from '../kit/mail/address.ts';
import type { Mail } from '../kit/mail/compose.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import { callProvider, mailSender } from '../kit/mail/sender.ts';
import { notProbed } from '../kit/probe.ts';
import { maxAttachmentBytes } from './manifest.ts';
import type { PostmarkAccount, PostmarkConfig, PostmarkCredentials } from './manifest.ts';
import { errorCodes } from './status.ts';
import { answerSchema, serverSchema } from './wire.ts';

/** "What does error code 300 mean?": local parts that Postmark takes; others would be an unexplained 300. */
const localPart = /^(?!\.)(?!.*\.\.)(?!.*\.@)[a-z0-9.!#$%&'`*+\-/=^_{}|~]+@/;

export const sender = mailSender<PostmarkConfig, PostmarkCredentials>({
  maxAttachmentBytes,
  check: ({ to }) => (localPart.test(to) ? undefined : 'address_invalid'),
  call: (mail, account, context) => call(account, context, { path: 'email', json: requestOf(mail, account) }),
  sent: (json, mail) => {
    const id = answerSchema.safeParse(json).data?.MessageID;
    return id ? [mail.messageId, id] : undefined;
  },
  refused: (json, { status }) => {
    const code = answerSchema.safeParse(json).data?.ErrorCode;
    if (code === undefined || code === 0 || status >= 500) return undefined;
    return { code: String(code), meaning: meaningIn(errorCodes, code) ?? 'platform_refused' };
  },
});

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
  account: PostmarkAccount,
  context: Context,
  request: { path: string; json?: unknown },
): Promise<CallResult> => {
  const headers = {
    accept: 'application/json',
    'x-postmark-server-token': account.credentials.server_token,
  };
  return callProvider(account, context, { ...request, headers });
};

/** "Get the server": what the token opens, and where its mail goes. */
export async function probe(account: PostmarkAccount, context: Context): Promise<ProbeOutcome> {
  const result = await call(account, context, { path: 'server' });
  const server = answerAs(result, serverSchema);
  if (!server)
    return notProbed(result, {
      platform: 'Postmark',
      asked: 'to the token',
      field: 'credentials.server_token',
    });
  // it may hold the secret: compared, never shown
  const inbound = server.InboundHookUrl ?? '';
  const set = inbound.includes(account.hookUrl.replace(/^https?:\/\//, ''));
  return {
    ok: true,
    detail: set ? server.Name : `${server.Name}, but its inbound webhook is not ${account.hookUrl}`,
  };
}
