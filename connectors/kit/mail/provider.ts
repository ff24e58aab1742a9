import type { HookRequest, InboundItem } from '../../contract/index.ts';
import { verifyBasic } from '../signatures/index.ts';
import type { Verified } from '../signatures/index.ts';
import { hookToken } from '../sms/hook-token.ts';
import { normaliseMailbox } from './address.ts';
import type { Mail } from './compose.ts';
import { mailItems, senderOf } from './received.ts';
import type { ReceivedMail } from './received.ts';
import { reportItems } from './report.ts';

/** Largest hook request of a provider: what they take as one mail (25 to 35 MB) with its files, in base64 or as they are. */
export const maxHookBytes = 48 << 20;

/** A mail that a provider handed over: a report of an earlier one, our own, or somebody's. `own`: the account's mailbox. */
export function providerItems(mail: ReceivedMail, own: string): InboundItem[] {
  const reports = reportItems(mail);
  if (reports) return reports;
  const sender = senderOf(mail);
  if (sender?.address === `mailto:${normaliseMailbox(own)}`) return [{ type: 'ignored', reason: 'own echo' }];
  return mailItems(mail) ?? [{ type: 'ignored', reason: 'no sender that could be written to' }];
}

/** For providers that sign nothing: the secret stands in the address, as user and password or as `?token=`. */
export const verifySecret = (
  request: HookRequest,
  account: { credentials: { hook_token: string } },
  user: string,
): Verified =>
  request.headers['authorization'] === undefined
    ? hookToken.verify(request, account)
    : verifyBasic(request, { user, password: account.credentials.hook_token });

/** The headers that providers take as pairs. */
export function headersOf(mail: Mail): Record<string, string> {
  return {
    'Message-ID': mail.messageId,
    ...(mail.inReplyTo ? { 'In-Reply-To': mail.inReplyTo } : {}),
    ...(mail.references ? { References: fitting(mail.references) } : {}),
    ...mail.unsubscribe,
  };
}

/** A header has a limit with providers; the oldest of a thread may go, the first and the latest must stay (RFC 5322, 3.6.4). */
function fitting(references: readonly string[]): string {
  const kept = [...references];
  while (kept.length > 2 && kept.join(' ').length > 900) kept.splice(1, 1);
  return kept.join(' ');
}

export interface ProviderFile {
  name: string;
  mediaType: string;
  bytes: Buffer;
  /** Shown in its place. */
  cid?: string;
}

/** The files of a mail, an appointment's calendar entry among them. */
export const filesOf = ({ body }: Mail): ProviderFile[] => [
  ...body.attachments.map(({ filename, contentType, content, cid }) => ({
    name: filename,
    mediaType: contentType,
    bytes: content,
    ...(cid === undefined ? {} : { cid }),
  })),
  ...(body.icalEvent
    ? [
        {
          name: body.icalEvent.filename,
          mediaType: `text/calendar; charset=utf-8; method=${body.icalEvent.method}`,
          bytes: Buffer.from(body.icalEvent.content),
        },
      ]
    : []),
];

/** Providers want a body; a file without words is announced by its name. */
export const textOf = (mail: Mail): string =>
  mail.body.text.trim() === ''
    ? mail.body.attachments.map(({ filename }) => filename).join('\n') || mail.subject
    : mail.body.text;
