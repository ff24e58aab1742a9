import { languageSchema } from '../../../protocol/content.ts';
import type { Content, Media } from '../../../protocol/content.ts';
import type { InboundItem, InboundMedia, InboundMessage, InboundSender } from '../../contract/index.ts';
import { normaliseMailbox } from './address.ts';
import { isAutomatic } from './automatic.ts';
import type { MailHeader } from './automatic.ts';
import { htmlToPlain } from './plain.ts';
import { visibleReply } from './quoted.ts';
import { messageIds } from './thread.ts';
import { asksToUnsubscribe, unsubscribeSubject } from './unsubscribe.ts';

/** A mail as somebody took it apart: a parser of MIME, or a provider. */
export interface ReceivedMail {
  /** All there are, in order; of two twins the first counts. */
  headers: readonly MailHeader[];
  /** The author (`From`): the mailbox as written, and the name beside it. */
  from: { address: string; name: string };
  /** Of the envelope, where it is known; empty for bounces. */
  envelopeFrom?: string | undefined;
  text: string;
  html: string;
  /** Unix milliseconds, where the mail says so. */
  atMs?: number | undefined;
  /** Decoded; left out, the header as it is. */
  subject?: string | undefined;
  files: readonly ReceivedFile[];
  /** The id of a mail without a Message-ID. */
  otherwiseId(): string;
}

export interface ReceivedFile {
  bytes: Uint8Array;
  mediaType: string;
  name: string;
}

/** A content text holds 65,536 UTF-16 units; a longer mail comes as its beginning, and whole as a file beside it. */
const maxText = 65_536;

/** The first header of that name (in lower case). */
export const headerOf = ({ headers }: Pick<ReceivedMail, 'headers'>, name: string): string =>
  headers.find(({ key }) => key === name)?.value ?? '';

/**
 * Who wrote: the author (`From`), not who wants the answers, for it is what DKIM and DMARC vouch for. The envelope only where there is none.
 * Undefined: nobody who can be written to.
 */
export function senderOf(
  mail: Pick<ReceivedMail, 'headers' | 'from' | 'envelopeFrom'>,
): InboundSender | undefined {
  const { from, envelopeFrom = '' } = mail;
  const mailbox = normaliseMailbox(from.address) ?? normaliseMailbox(envelopeFrom);
  if (!mailbox) return undefined;
  const name = cleanLine(from.name, 256);
  const language = headerOf(mail, 'content-language').split(',', 1)[0]!.trim();
  return {
    address: `mailto:${mailbox}`,
    ...(name && name !== from.address ? { name } : {}),
    ...(language.length <= 35 && languageSchema.safeParse(language).success ? { language } : {}),
  };
}

/**
 * A mail with text is one message of it, then one per attachment (`<message-id>#1` …), so that each file is kept, shown and answered like
 * a file from any other channel. Undefined: nobody sent it.
 */
export function mailItems(mail: ReceivedMail): InboundItem[] | undefined {
  const sender = senderOf(mail);
  if (!sender) return undefined;
  const subjectLine = mail.subject ?? headerOf(mail, 'subject');
  const id = messageIds(headerOf(mail, 'message-id'))[0] ?? mail.otherwiseId();
  const replyTo =
    messageIds(headerOf(mail, 'in-reply-to'))[0] ?? messageIds(headerOf(mail, 'references')).at(-1);
  const optOut = asksToUnsubscribe(subjectLine);
  // a program that unsubscribes for its reader may say that it wrote the mail; it is the reader's will all the same
  const headers = optOut ? mail.headers.filter(({ key }) => key !== 'auto-submitted') : mail.headers;
  const automatic = isAutomatic(headers, sender.address.slice('mailto:'.length), mail.envelopeFrom);
  const whole = bodyText(mail);
  // programs write something into the body that nobody typed: the subject is the message, and the rest is kept beside it
  const text = optOut ? unsubscribeSubject : replyTo ? visibleReply(whole) : whole;
  const subject = optOut ? '' : cleanLine(subjectLine, 1024);
  const files = mail.files.map(fileOf);
  if (text.length > maxText || (optOut && whole))
    files.unshift({ bytes: new TextEncoder().encode(whole), mediaType: 'text/plain', name: 'message.txt' });
  const base = (providerId: string): Omit<InboundMessage, 'content'> => ({
    type: 'message',
    providerId,
    sender,
    ...(mail.atMs !== undefined && mail.atMs >= 0 ? { atMs: mail.atMs } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(automatic ? { automatic: true } : {}),
  });
  const items: InboundMessage[] = files.map((file, i) => ({
    ...base(`${id}#${i + 1}`),
    ...mediaContent(file),
  }));
  // a subject alone says something; a mail of nothing but files is its files
  if (text || subject || files.length === 0)
    items.unshift({ ...base(id), content: textContent(text, subject) });
  return items;
}

function textContent(text: string, subject: string): Content {
  const shown = text || subject || '(empty mail)';
  const cut =
    shown.length > maxText
      ? `${shown
          .slice(0, maxText - 1)
          .toWellFormed()
          .replace(/\ufffd$/, '')}…`
      : shown;
  return { kind: 'text', text: cut, ...(subject ? { subject } : {}) };
}

type File = InboundMedia & { bytes: Uint8Array };

const families = new Set(['image', 'audio', 'video']);

function mediaContent(file: File): Pick<InboundMessage, 'content' | 'media'> {
  const family = file.mediaType?.split('/', 1)[0] ?? '';
  // SVG is a document with scripts, not a picture that any channel shows
  const type =
    families.has(family) && file.mediaType !== 'image/svg+xml' ? (family as Media['type']) : 'file';
  const media: Media = {
    type,
    id: 'file',
    bytes: file.bytes.length,
    ...(file.mediaType ? { media_type: file.mediaType } : {}),
    ...(file.name ? { name: file.name } : {}),
  };
  return { content: { kind: 'media', media }, media: { file } };
}

function fileOf(given: ReceivedFile): File {
  const name = cleanLine(given.name.split(/[/\\]/).at(-1) ?? '', 240);
  const mediaType = /^[a-z0-9.+-]{1,63}\/[a-z0-9.+-]{1,63}$/.test(given.mediaType)
    ? given.mediaType
    : 'application/octet-stream';
  return { bytes: given.bytes, mediaType, ...(name ? { name } : {}) };
}

/** The text part, else the HTML as text. */
const bodyText = ({ text, html }: ReceivedMail): string => clean(text) || clean(htmlToPlain(html));

/** Line ends as `\n`, no control characters but tab, no lone surrogates (NUL has no place in the ledger). */
const clean = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex -- control characters are what this takes out
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .toWellFormed()
    .trim();

const cleanLine = (text: string, max: number): string => {
  const line = clean(text).replaceAll(/\s+/g, ' ');
  return line.length > max ? line.slice(0, max).replace(/[\ud800-\udbff]$/, '') : line;
};
