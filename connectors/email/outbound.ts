import { createHash, createPrivateKey } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import { addressRest } from '../../protocol/address.ts';
import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import { markdownToPlain } from '../../protocol/text/index.ts';
import type { Account, OutboundMedia, SendOutcome, SendRequest } from '../contract/index.ts';
import { domainOf, normaliseMailbox } from './address.ts';
import { htmlPage, markdownToHtml } from './html.ts';
import type { EmailConfig, EmailCredentials } from './manifest.ts';
import type { HandOver, Outgoing } from './relay.ts';
import { outcomeOfReply } from './status.ts';

type EmailAccount = Account<EmailConfig, EmailCredentials>;
export type Composed = { ok: true; mail: Outgoing; messageId: string } | { ok: false; failure: Failure };

const refuse = (...of: Parameters<typeof failure>): Composed => ({ ok: false, failure: failure(...of) });

/** Makes the whole mail, signed. The same request makes the same Message-ID, however often it is tried. */
export async function compose(request: SendRequest, account: EmailAccount, nowMs: number): Promise<Composed> {
  const { config } = account;
  const to = normaliseMailbox(addressRest(request.address));
  const from = normaliseMailbox(config.address);
  if (!to || !from) return refuse('address_invalid');
  const subject = subjectOf(request, config);
  const attachment = attachmentOf(request);
  if ([subject, config.name, attachment?.name ?? ''].some(breaksHeader))
    return refuse('content_refused', 'header_control_character');
  const bytes = attachment && (await attachment.media.read().catch(() => undefined));
  if (attachment && !bytes) return refuse('media_unavailable');
  const key = signingKey(account);
  if (key === 'unusable') return refuse('account_unauthorized', 'dkim_private_key');
  const idPart = messageIdPart(request.idempotencyKey);
  const messageId = `<${idPart}@${domainOf(from)}>`;
  const unsigned = await new MailComposer({
    from: { name: config.name, address: from },
    to: { name: '', address: to },
    subject,
    messageId,
    date: new Date(nowMs),
    ...threadHeaders(request),
    ...bodyOf(request, subject),
    ...(config.read_receipts ? { headers: { 'Disposition-Notification-To': from } } : {}),
    ...(attachment && bytes
      ? {
          attachments: [
            {
              filename: attachment.name,
              content: Buffer.from(bytes),
              contentType: attachment.media.mediaType,
            },
          ],
        }
      : {}),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  const raw = key ? await buffer(new DKIM({ ...key, cacheDir: false }).sign(unsigned)) : unsigned;
  const notify = config.delivery_reports === 'all' ? ['SUCCESS', 'FAILURE', 'DELAY'] : ['FAILURE', 'DELAY'];
  return { ok: true, messageId, mail: { raw, from, to, dsn: { envid: messageId.slice(1, -1), notify } } };
}

/** A letter-digit part as it is, anything else as its hash. */
const messageIdPart = (idempotencyKey: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(idempotencyKey) && !/\.\.|\.$/.test(idempotencyKey)
    ? idempotencyKey
    : createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 40);

// eslint-disable-next-line no-control-regex -- control characters are what this finds
const breaksHeader = (value: string): boolean => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value);

const answerPrefix = /^(?:(?:re|aw|sv|antw|rif|res)\s*:\s*)+/i;

/** The content's own subject, else the thread's with one `Re:`, else the account's. */
function subjectOf(
  { part: { content }, subject: threadSubject, thread, replyTo }: SendRequest,
  config: EmailConfig,
): string {
  if (content.kind === 'text' && content.subject) return content.subject;
  if (threadSubject) {
    const bare = threadSubject.replace(answerPrefix, '');
    return thread.length > 0 || replyTo ? `Re: ${bare}` : threadSubject;
  }
  return config.subject ?? (config.name || config.address);
}

/** Attachments of inbound mail have `#n` after their Message-ID; ids without a Message-ID (hashes) are none that others know. */
const messageIdOf = (providerId: string): string[] =>
  /^<[^<>\s@]+@[^<>\s@]+>/.exec(providerId)?.slice(0, 1) ?? [];

/** RFC 5322 §3.6.4: `References` names the thread, oldest first, and ends with the mail answered. */
function threadHeaders({ thread, replyTo }: SendRequest): { inReplyTo?: string; references?: string[] } {
  const ids = thread.flatMap(messageIdOf);
  const parent = (replyTo ? messageIdOf(replyTo)[0] : undefined) ?? ids.at(-1);
  if (!parent) return {};
  const references = [...new Set([...ids.filter((id) => id !== parent), parent])];
  return { inReplyTo: parent, references };
}

function bodyOf({ part: { content } }: SendRequest, subject: string): { text: string; html?: string } {
  if (content.kind === 'text' && content.format === 'markdown') {
    return { text: markdownToPlain(content.text), html: htmlPage(subject, markdownToHtml(content.text)) };
  }
  if (content.kind === 'media') return { text: content.caption ?? content.media.alt ?? '' };
  return { text: standaloneText(content) };
}

function attachmentOf({
  part: { content },
  media,
}: SendRequest): { name: string; media: OutboundMedia } | undefined {
  if (content.kind !== 'media') return undefined;
  const found = media.get(content.media.id ?? '');
  if (!found)
    return {
      name: '',
      media: { url: '', mediaType: '', bytes: 0, read: () => Promise.reject(new Error('no such media')) },
    };
  return { name: content.media.name ?? found.name ?? content.media.type, media: found };
}

/** A key that cannot sign is said, rather than mail sent unsigned. */
function signingKey({
  config: { dkim },
  credentials,
}: EmailAccount): { domainName: string; keySelector: string; privateKey: string } | 'unusable' | undefined {
  if (!dkim) return undefined;
  const privateKey = credentials.dkim_private_key ?? '';
  try {
    if (createPrivateKey(privateKey).asymmetricKeyType !== 'rsa') return 'unusable';
  } catch {
    return 'unusable';
  }
  return { domainName: dkim.domain, keySelector: dkim.selector, privateKey };
}

/** What a hand-over means for the send. */
export function outcomeOf(result: HandOver, messageId: string): SendOutcome {
  switch (result.type) {
    case 'taken':
      return {
        type: 'sent',
        providerIds: [messageId, ...(result.serverMessageId ? [result.serverMessageId] : [])],
      };
    case 'unknown':
      return { type: 'uncertain', reason: 'no answer to the mail' };
    case 'refused':
      return result.stage === 'login' && result.reply.code >= 500
        ? {
            type: 'rejected',
            failure: failure('account_unauthorized', result.reply.enhanced ?? result.reply.code),
          }
        : outcomeOfReply(result.reply);
    case 'unsent':
      return { type: 'rejected', failure: failure(unsentCodes[result.reason], result.reason) };
  }
}

const unsentCodes = {
  guard: 'no_route',
  cleartext: 'account_unauthorized',
  no_auth: 'account_unauthorized',
  dns: 'platform_unavailable',
  connect: 'platform_unavailable',
  aborted: 'platform_unavailable',
} as const;
