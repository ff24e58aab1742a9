import { answerAs } from '../kit/http.ts';
import { meaningIn } from '../kit/json-answer.ts';
import { writtenMailbox } from '../kit/mail/address.ts';
import type { Mail } from '../kit/mail/compose.ts';
import type { MailOutbound } from '../kit/mail/connector.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import type { PostmarkAccount } from './manifest.ts';
import { errorCodes } from './status.ts';
import { answerSchema, serverSchema } from './wire.ts';

/** "What does error code 300 mean?": local parts that Postmark takes; others would be an unexplained 300. */
const localPart = /^(?!\.)(?!.*\.\.)(?!.*\.@)[a-z0-9.!#$%&'`*+\-/=^_{}|~]+@/;

export const outbound: MailOutbound<PostmarkAccount> = {
  headers: ({ credentials }) => ({
    accept: 'application/json',
    'x-postmark-server-token': credentials.server_token,
  }),
  check: ({ to }) => (localPart.test(to) ? undefined : 'address_invalid'),
  request: (mail, account) => ({ path: 'email', json: written(mail, account) }),
  sent: (json, mail) => {
    const id = answerSchema.safeParse(json).data?.MessageID;
    return id ? [mail.messageId, id] : undefined;
  },
  refused: (json, { status }) => {
    const code = answerSchema.safeParse(json).data?.ErrorCode;
    if (code === undefined || code === 0 || status >= 500) return undefined;
    return { code: String(code), meaning: meaningIn(errorCodes, code) ?? 'platform_refused' };
  },
  // "Get the server": what the token opens, and where its mail goes
  probe: {
    platform: 'Postmark',
    asked: 'to the token',
    field: 'credentials.server_token',
    path: () => 'server',
    read: (result, { hookUrl }) => {
      const server = answerAs(result, serverSchema);
      // it may hold the secret: compared, never shown
      const set = server?.InboundHookUrl?.includes(hookUrl.replace(/^https?:\/\//, ''));
      return (
        server && {
          ok: true,
          detail: set ? server.Name : `${server.Name}, but its inbound webhook is not ${hookUrl}`,
        }
      );
    },
  },
};

/** "Send a single email". Without `X-PM-KeepID` Postmark would write a Message-ID of its own, and no answer would find its thread. */
function written(mail: Mail, { config }: PostmarkAccount): unknown {
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
