import { createHash } from 'node:crypto';
import type { Address, Attachment, Email } from 'postal-mime';
import type { InboundItem } from '../contract/index.ts';
import { mailItems, senderOf } from '../kit/mail/received.ts';
import { reportItems } from '../kit/mail/report.ts';
import type { ReceivedFile, ReceivedMail } from '../kit/mail/received.ts';
import { parseMime } from './mime.ts';
import type { Refusal } from './mime.ts';

/** What was made of a mail. `sender` is its mailbox; reports have none that counts. */
export type Reading = { ok: true; items: InboundItem[]; sender?: string } | { ok: false; refusal: Refusal };

/** Raw mail → items. Pure. `envelopeFrom` is the sender of the envelope, empty for bounces. */
export async function readMail(raw: Uint8Array, envelopeFrom?: string): Promise<Reading> {
  const parsed = await parseMime(raw);
  if (!parsed.ok) return parsed;
  const { email } = parsed;
  const mail = received(email, raw, envelopeFrom);
  const reports = reportItems(mail);
  if (reports) return { ok: true, items: reports };
  const sender = senderOf(mail);
  const items = mailItems(mail);
  if (!sender || !items) return { ok: false, refusal: 'no_sender' };
  return { ok: true, sender: sender.address.slice('mailto:'.length), items };
}

function received(email: Email, raw: Uint8Array, envelopeFrom: string | undefined): ReceivedMail {
  const from = mailboxOf(email.from);
  return {
    headers: email.headers,
    from: { address: from?.address ?? '', name: from?.name ?? '' },
    envelopeFrom,
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    atMs: Date.parse(email.date ?? ''),
    files: email.attachments.map(fileOf),
    otherwiseId: () => hashedId(email, raw),
  };
}

const fileOf = (part: Attachment): ReceivedFile => ({
  bytes:
    typeof part.content === 'string' ? new TextEncoder().encode(part.content) : new Uint8Array(part.content),
  mediaType: part.mimeType,
  name: part.filename ?? '',
});

const mailboxOf = (address: Address | undefined): { address: string; name: string } | undefined =>
  address?.group ? mailboxOf(address.group[0]) : address;

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
