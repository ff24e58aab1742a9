import { createPrivateKey } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { Account, SendOutcome, SendRequest } from '../contract/index.ts';
import { composeMail } from '../kit/mail/compose.ts';
import { maxAttachmentBytes } from './manifest.ts';
import type { EmailConfig, EmailCredentials } from './manifest.ts';
import type { HandOver, Outgoing } from './relay.ts';
import { outcomeOfReply } from './status.ts';

type EmailAccount = Account<EmailConfig, EmailCredentials>;
export type Composed = { ok: true; mail: Outgoing; messageId: string } | { ok: false; failure: Failure };

/** Makes the whole mail, signed. The same request makes the same Message-ID, however often it is tried. */
export async function compose(request: SendRequest, account: EmailAccount, nowMs: number): Promise<Composed> {
  const { config } = account;
  const composed = await composeMail(request, config, { nowMs, maxAttachmentBytes });
  if (!composed.ok) return composed;
  const { from, to, subject, messageId, unsubscribe, body, ...thread } = composed.mail;
  const key = signingKey(account);
  if (key === 'unusable') return { ok: false, failure: failure('account_unauthorized', 'dkim_private_key') };
  const unsigned = await new MailComposer({
    from,
    to: { name: '', address: to },
    subject,
    messageId,
    date: new Date(nowMs),
    ...thread,
    ...body,
    headers: {
      ...(config.read_receipts ? { 'Disposition-Notification-To': from.address } : {}),
      ...unfolded(unsubscribe),
    },
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  const signed = { ...key, headerFieldNames: signedHeaders, cacheDir: false as const };
  const raw = key ? await buffer(new DKIM(signed).sign(unsigned)) : unsigned;
  const notify = config.delivery_reports === 'all' ? ['SUCCESS', 'FAILURE', 'DELAY'] : ['FAILURE', 'DELAY'];
  return {
    ok: true,
    messageId,
    mail: { raw, from: from.address, to, dsn: { envid: messageId.slice(1, -1), notify } },
  };
}

/** As they are: some signers that come after us stumble over folded ones. */
const unfolded = (headers: Record<string, string>): Record<string, { prepared: true; value: string }> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { prepared: true, value }]));

/** What a signature covers, of what is there: RFC 6376, section 5.4.1, and both headers that RFC 8058, section 4, wants covered. */
const signedHeaders = [
  'From',
  'Reply-To',
  'Subject',
  'Date',
  'To',
  'Message-ID',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Disposition-Notification-To',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
].join(':');

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
