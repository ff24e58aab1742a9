import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { TestMerchant } from '../../gateway/gateway.ts';
import type { Line } from './consumer.ts';

const subject = 'My order';
const mailboxOf = (n: number): string => `ada${n}@example.com`;

/** The merchant's relay: it takes every mail, and its people read there. */
async function startRelay() {
  const mails: { to: string; mail: Email }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // the gateway keeps its connection for the next mail
    closeTimeout: 10,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, session, done) => {
      buffer(stream)
        .then((raw) => PostalMime.parse(raw))
        .then((mail) => {
          for (const { address } of session.envelope.rcptTo) mails.push({ to: address, mail });
          done();
        })
        .catch(done);
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    to: (mailbox: string) => mails.filter(({ to }) => to === mailbox).map(({ mail }) => mail),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

export interface EmailLine extends Line {
  /** The merchant's. */
  mailbox: string;
  /** The first attachment that the n-th person got. */
  attachment(n: number): Buffer | undefined;
}

/** A mailbox at the merchant's domain: mail comes in by the gateway's own SMTP server and goes out through the relay. */
export async function openEmail(merchant: TestMerchant): Promise<EmailLine> {
  const relay = await startRelay();
  const mailbox = `desk@${merchant.id.slice(-8).toLowerCase()}.example`;
  const { id } = await merchant.account(
    'email',
    { address: mailbox, name: 'Desk', relay: { host: '127.0.0.1', port: relay.port, security: 'none' } },
    {},
  );
  const mailer = createTransport({ host: '127.0.0.1', port: merchant.gateway.smtpPort, ignoreTLS: true });
  return {
    connector: 'email',
    channel: 'email',
    accountId: id,
    ends: 'sent',
    via: 'number',
    received: (text) => ({ kind: 'text', text, subject }),
    mailbox,
    attachment: (n) => {
      const [file] = relay.to(mailboxOf(n)).flatMap(({ attachments }) => attachments);
      return file && Buffer.from(file.content as ArrayBuffer);
    },
    consumer: async (n) => {
      const own = mailboxOf(n);
      const texts = () => relay.to(own).map(({ text }) => (text ?? '').trimEnd());
      const sends = async (mail: object) =>
        void (await mailer.sendMail({ from: { name: 'Ada', address: own }, to: mailbox, ...mail }));
      return {
        address: `mailto:${own}`,
        writes: (text) => sends({ subject, text }),
        texts: () => Promise.resolve(texts()),
        // above the quoted question, as mail programs put it
        answers: ({ place }) => {
          const asked = relay.to(own).at(-1)!;
          const quoted = (asked.text ?? '').trimEnd().replace(/^/gm, '> ');
          return sends({
            subject: `Re: ${asked.subject}`,
            inReplyTo: asked.messageId,
            references: asked.messageId,
            text: `${place}\n\nOn Mon, 23 Nov 2026 at 10:00, Desk <${mailbox}> wrote:\n${quoted}\n`,
          });
        },
      };
    },
    close: async () => {
      mailer.close();
      await relay.close();
    },
  };
}
