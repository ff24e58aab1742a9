import { createHash } from 'node:crypto';
import type { Address, Attachment, Email } from 'postal-mime';
import { languageSchema } from '../../protocol/content.ts';
import type { Content, Media } from '../../protocol/content.ts';
import type { InboundItem, InboundMedia, InboundMessage, InboundSender } from '../contract/index.ts';
import { normaliseMailbox } from './address.ts';
import { isAutomatic } from './automatic.ts';
import { parseMime } from './mime.ts';
import type { Refusal } from './mime.ts';
import { htmlToPlain } from './plain.ts';
import { visibleReply } from './quoted.ts';
import { messageIds, reportItems } from './report.ts';

/** What was made of a mail. `sender` is its mailbox; reports have none that counts. */
export type Reading = { ok: true; items: InboundItem[]; sender?: string } | { ok: false; refusal: Refusal };

/** A content text holds 65,536 UTF-16 units; a longer mail comes as its beginning, and whole as a file beside it. */
const maxText = 65_536;

/**
 * Raw mail → items. Pure. A mail with text is one message of it, then one per attachment (`<message-id>#1` …), so that each file is
 * kept, shown and answered like a file from any other channel. `envelopeFrom` is the sender of the envelope, empty for bounces.
 */
export async function readMail(raw: Uint8Array, envelopeFrom?: string): Promise<Reading> {
  const parsed = await parseMime(raw);
  if (!parsed.ok) return parsed;
  const { email } = parsed;
  const reports = reportItems(email);
  if (reports) return { ok: true, items: reports };
  const sender = senderOf(email, envelopeFrom);
  if (!sender) return { ok: false, refusal: 'no_sender' };
  const mailbox = sender.address.slice('mailto:'.length);
  const id = messageIds(email.messageId ?? '')[0] ?? hashedId(email, raw);
  return {
    ok: true,
    sender: mailbox,
    items: messages(email, { id, sender, automatic: isAutomatic(email, mailbox, envelopeFrom) }),
  };
}

function messages(
  email: Email,
  about: { id: string; sender: InboundSender; automatic: boolean },
): InboundItem[] {
  const atMs = Date.parse(email.date ?? '');
  const replyTo = messageIds(email.inReplyTo ?? '')[0] ?? messageIds(email.references ?? '').at(-1);
  const whole = bodyText(email);
  const text = replyTo ? visibleReply(whole) : whole;
  const subject = cleanLine(email.subject ?? '', 1024);
  const files = email.attachments.map(fileOf);
  if (text.length > maxText)
    files.unshift({ bytes: new TextEncoder().encode(whole), mediaType: 'text/plain', name: 'message.txt' });
  const base = (providerId: string): Omit<InboundMessage, 'content'> => ({
    type: 'message',
    providerId,
    sender: about.sender,
    ...(atMs >= 0 ? { atMs } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(about.automatic ? { automatic: true } : {}),
  });
  const items: InboundMessage[] = files.map((file, i) => ({
    ...base(`${about.id}#${i + 1}`),
    ...mediaContent(file),
  }));
  // a subject alone says something; a mail of nothing but files is its files
  if (text || subject || files.length === 0)
    items.unshift({ ...base(about.id), content: textContent(text, subject) });
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

function fileOf(part: Attachment): File {
  const bytes =
    typeof part.content === 'string' ? new TextEncoder().encode(part.content) : new Uint8Array(part.content);
  const name = cleanLine((part.filename ?? '').split(/[/\\]/).at(-1) ?? '', 240);
  const mediaType = /^[a-z0-9.+-]{1,63}\/[a-z0-9.+-]{1,63}$/.test(part.mimeType)
    ? part.mimeType
    : 'application/octet-stream';
  return { bytes, mediaType, ...(name ? { name } : {}) };
}

/** The text part, else the HTML as text. */
function bodyText(email: Email): string {
  const plain = clean(email.text ?? '');
  return plain || clean(htmlToPlain(email.html ?? ''));
}

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

const mailboxOf = (address: Address | undefined): { address: string; name: string } | undefined =>
  address?.group ? mailboxOf(address.group[0]) : address;

/** The author (`From`), not who wants the answers: it is what DKIM and DMARC vouch for. The envelope only where there is none. */
function senderOf(email: Email, envelopeFrom = ''): InboundSender | undefined {
  const from = mailboxOf(email.from);
  const mailbox = normaliseMailbox(from?.address ?? '') ?? normaliseMailbox(envelopeFrom);
  if (!mailbox) return undefined;
  const name = cleanLine(from?.name ?? '', 256);
  const language =
    email.headers
      .find(({ key }) => key === 'content-language')
      ?.value.split(',', 1)[0]!
      .trim() ?? '';
  return {
    address: `mailto:${mailbox}`,
    ...(name && name !== from?.address ? { name } : {}),
    ...(language.length <= 35 && languageSchema.safeParse(language).success ? { language } : {}),
  };
}

/** For a mail without a Message-ID: what stays the same when a server delivers it again, so without its trace headers. */
function hashedId(email: Email, raw: Uint8Array): string {
  const hash = createHash('sha256');
  for (const name of ['from', 'to', 'date', 'subject'])
    hash.update(`${email.headers.find(({ key }) => key === name)?.value ?? ''}\n`);
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const crlf = bytes.indexOf('\r\n\r\n');
  hash.update(bytes.subarray(crlf < 0 ? Math.max(bytes.indexOf('\n\n'), 0) : crlf));
  return `sha256:${hash.digest('hex')}`;
}
