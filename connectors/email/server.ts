import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Account, Host } from '../contract/index.ts';
import { accountFor, isOwn } from './address.ts';
import type { Reading } from './inbound.ts';
import type { EmailConfig, EmailCredentials, EmailSettings } from './manifest.ts';
import { listen, tlsOptions } from './listen.ts';
import type { MailReader } from './reader.ts';
import { collect, createRoom } from './room.ts';
import { refusals, SmtpRefusal } from './refusals.ts';
import { createWatch } from './watch.ts';
import { verifyMail } from './verification.ts';
import type { DnsResolver, Verification } from './verification.ts';

export type EmailAccount = Account<EmailConfig, EmailCredentials>;
export type EmailHost = Host<EmailConfig, EmailCredentials, EmailSettings>;

export interface MailServer {
  port: number;
  stop(): Promise<void>;
}

interface Parts {
  host: EmailHost;
  reader: MailReader;
  resolver?: DnsResolver | undefined;
}

const maxRecipients = 100;
const stopWithinMs = 4_500;

/** The SMTP server: takes mail for the mailboxes of live accounts, and says 250 only after it is committed (RFC 5321 §6.1). */
export async function startMailServer(parts: Parts): Promise<MailServer> {
  const { settings } = parts.host;
  const room = createRoom(settings.smtpMaxBytesInFlight);
  const watch = createWatch(settings.smtpTimeoutMs, (id) => cutOff(id));
  const inHand = new Set<Promise<unknown>>();
  let stopping = false;

  const server = new SMTPServer({
    name: settings.smtpName,
    banner: 'Passerelle',
    size: settings.smtpMaxBytes,
    maxClients: settings.smtpMaxClients,
    maxRecipients,
    maxCommandLength: 4096,
    socketTimeout: settings.smtpTimeoutMs,
    closeTimeout: stopWithinMs,
    authOptional: true,
    // every answer below carries its own enhanced code, more exact than the library's table
    hideENHANCEDSTATUSCODES: true,
    disableReverseLookup: true,
    logger: false,
    ...(await tlsOptions(settings)),
    onConnect(session, done) {
      watch.start(session.id);
      done(stopping ? new SmtpRefusal(refusals.stopping) : null);
    },
    onClose: (session) => watch.end(session.id),
    onMailFrom(_address, session, done) {
      watch.progress(session.id);
      done();
    },
    onRcptTo(address, session, done) {
      watch.progress(session.id);
      done(
        accountFor(address.address, parts.host.accounts()) ? null : new SmtpRefusal(refusals.unknown_mailbox),
      );
    },
    onData(stream, session, done) {
      const work = takeMail(parts, { stream, session, room, watch }).then(
        () => done(null, '2.0.0 Taken'),
        (error: unknown) => {
          if (!(error instanceof SmtpRefusal))
            parts.host.log.error('email.receive_failed', { session: session.id });
          done(error instanceof SmtpRefusal ? error : new SmtpRefusal(refusals.not_stored));
        },
      );
      inHand.add(work);
      void work.finally(() => inHand.delete(work));
    },
  });
  function cutOff(id: string): void {
    for (const connection of server.connections) {
      if (connection.id === id) connection.send(421, '4.4.2 Too slow, closing');
    }
  }
  // what one connection does wrong ends that connection only
  server.on('error', () => {});
  await listen(server, settings);
  return {
    port: (server.server.address() as AddressInfo).port,
    async stop() {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const id of watch.idle()) cutOff(id);
      await Promise.race([Promise.allSettled(inHand).then(() => closed), closed]);
      watch.close();
    },
  };
}

interface Transaction {
  stream: SMTPServerDataStream;
  session: SMTPServerSession;
  room: ReturnType<typeof createRoom>;
  watch: ReturnType<typeof createWatch>;
}

/** One mail, to every account among its recipients. Rejects with the refusal to answer. */
async function takeMail(parts: Parts, { stream, session, room, watch }: Transaction): Promise<void> {
  // the envelope is the session's and is reset after the answer: what counts is copied first
  const { mailFrom, rcptTo } = session.envelope;
  const envelopeFrom = mailFrom ? mailFrom.address : '';
  const recipients = accountsOf(parts.host, rcptTo);
  const held = room.reserve();
  watch.data(session.id, 0);
  try {
    const raw = await collect(stream, held, () => watch.data(session.id, stream.byteLength)).catch(() => {
      // the line broke within the mail: nobody is there for an answer, and nothing was taken
      throw new SmtpRefusal(refusals.not_stored);
    });
    watch.waiting(session.id);
    if (stream.sizeExceeded) throw new SmtpRefusal(refusals.too_large);
    if (!raw) throw new SmtpRefusal(refusals.no_room);
    const reading = await parts.reader.read(raw, envelopeFrom);
    if (!reading.ok) {
      parts.host.log.warn('email.refused', { reason: reading.refusal, bytes: raw.length });
      throw new SmtpRefusal(refusals[reading.refusal]);
    }
    const verification = await verified(parts, recipients, { raw, session, envelopeFrom });
    await Promise.all(recipients.map((account) => hand(parts.host, account, reading, verification)));
  } finally {
    held.release();
    watch.progress(session.id);
  }
}

const accountsOf = (host: EmailHost, rcptTo: readonly SMTPServerAddress[]): EmailAccount[] => {
  const found = rcptTo.map(({ address }) => accountFor(address, host.accounts()));
  // an account that went between RCPT and DATA: the sender tries again and gets the right answer per recipient
  if (found.includes(undefined)) throw new SmtpRefusal(refusals.not_stored);
  return [...new Set(found as EmailAccount[])];
};

/** Looked at once for all recipients, and only if one of them wants it. */
async function verified(
  parts: Parts,
  recipients: EmailAccount[],
  { raw, session, envelopeFrom }: { raw: Uint8Array; session: SMTPServerSession; envelopeFrom: string },
): Promise<Verification | undefined> {
  const wanting = recipients.filter(({ config }) => config.authentication !== 'off');
  if (wanting.length === 0) return undefined;
  const mail = {
    raw,
    envelopeFrom,
    clientIp: session.remoteAddress,
    helo: session.hostNameAppearsAs || '',
    serverName: parts.host.settings.smtpName,
  };
  const result = await verifyMail(mail, parts.resolver);
  parts.host.log.info('email.authentication', {
    spf: result.spf,
    dkim: result.dkim,
    dmarc: result.dmarc,
    passes: result.passes,
  });
  const refusing = recipients.filter(({ config }) => config.authentication === 'require');
  if (!result.passes && refusing.length > 0) {
    if (result.temporary) throw new SmtpRefusal(refusals.not_authenticated_yet);
    if (refusing.length === recipients.length) throw new SmtpRefusal(refusals.not_authenticated);
  }
  return result;
}

async function hand(
  host: EmailHost,
  account: EmailAccount,
  reading: Reading & { ok: true },
  verification: Verification | undefined,
): Promise<void> {
  const ignored = (reason: string) => host.accept(account, [{ type: 'ignored', reason }]);
  // one answer counts for all recipients: where another account takes the mail, the one that refuses it only notes so
  if (account.config.authentication === 'require' && verification?.passes === false)
    return void (await ignored('neither SPF nor DKIM vouches for the sender'));
  if (reading.sender && isOwn(reading.sender, account.config))
    return void (await ignored("the account's own mail"));
  await host.accept(account, reading.items);
}
