import { answerAs } from '../kit/http.ts';
import type { Mail } from '../kit/mail/compose.ts';
import type { MailOutbound } from '../kit/mail/connector.ts';
import { filesOf, headersOf, textOf } from '../kit/mail/provider.ts';
import type { SendgridAccount } from './manifest.ts';
import { statuses } from './status.ts';
import { idArgument, scopesSchema } from './wire.ts';

export const outbound: MailOutbound<SendgridAccount> = {
  headers: ({ credentials }) => ({ authorization: `Bearer ${credentials.api_key}` }),
  request: (mail) => ({ path: 'v3/mail/send', json: written(mail) }),
  // 202 with nothing in it; events name the id that we gave
  sent: (_json, mail, status) => (status === 202 ? [mail.messageId] : undefined),
  refused: statuses,
  // "Retrieve a list of scopes for which this user has access": whether the key may send
  probe: {
    platform: 'SendGrid',
    asked: 'to the key',
    field: 'credentials.api_key',
    path: () => 'v3/scopes',
    read: (result) => {
      const scopes = answerAs(result, scopesSchema)?.scopes;
      if (!scopes) return undefined;
      return scopes.includes('mail.send')
        ? { ok: true, detail: 'The key may send.' }
        : { ok: false, detail: 'The key may not send: it lacks mail.send', fields: ['credentials.api_key'] };
    },
  },
};

/** "Mail Send". */
function written(mail: Mail): unknown {
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
