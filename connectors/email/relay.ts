import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isAlive, open } from './relay-connection.ts';
import type { Failed, RelayOptions, RelayTarget } from './relay-connection.ts';
import { readReply } from './status.ts';

export interface Outgoing {
  raw: Buffer;
  from: string;
  to: string;
  dsn: { envid: string; notify: string[] };
}

/**
 * How a hand-over ended, by what the relay was told and said, never by an error's words.
 * - `taken`: 250 after the mail. `serverMessageId`: the relay replaced the Message-ID by this one.
 * - `refused`: a reply of 4xx or 5xx; `stage` says to what.
 * - `unsent`: it is certain that the relay does not have the mail.
 * - `unknown`: the mail went out whole and no reply came.
 */
export type HandOver = { type: 'taken'; serverMessageId?: string | undefined } | Failed | { type: 'unknown' };

export interface Relays {
  handOver(target: RelayTarget, mail: Outgoing, signal: AbortSignal): Promise<HandOver>;
  /** Connects and logs in, no more. */
  check(target: RelayTarget, signal: AbortSignal): Promise<Exclude<HandOver, { type: 'unknown' }>>;
  close(): void;
}

const idleMs = 15_000;
const chunkBytes = 65_536;

/** Hands mail to relays. Connections are kept for a moment, for mail tends to come in runs. */
export function createRelays(options: RelayOptions): Relays {
  const idle = new Map<string, { connection: SMTPConnection; timer: NodeJS.Timeout }[]>();

  async function acquire(key: string, target: RelayTarget): Promise<SMTPConnection | Failed> {
    for (let kept = idle.get(key)?.pop(); kept; kept = idle.get(key)?.pop()) {
      clearTimeout(kept.timer);
      if (await isAlive(kept.connection)) return kept.connection;
      kept.connection.close();
    }
    return open(target, options);
  }

  function release(key: string, connection: SMTPConnection): void {
    if (connection.destroyed) return;
    const timer = setTimeout(() => {
      const kept = idle.get(key)?.filter((each) => each.connection !== connection) ?? [];
      if (kept.length > 0) idle.set(key, kept);
      else idle.delete(key);
      connection.quit();
    }, idleMs).unref();
    idle.set(key, [...(idle.get(key) ?? []), { connection, timer }]);
  }

  return {
    async handOver(target, mail, signal) {
      if (signal.aborted) return { type: 'unsent', reason: 'aborted' };
      const key = keyOf(target);
      const connection = await acquire(key, target);
      if ('type' in connection) return connection;
      const result = await transmit(connection, mail, signal);
      if (result.type === 'taken' || (result.type === 'refused' && result.reply.code !== 421))
        release(key, connection);
      else connection.close();
      return result;
    },
    async check(target, signal) {
      if (signal.aborted) return { type: 'unsent', reason: 'aborted' };
      const connection = await open(target, options);
      if ('type' in connection) return connection;
      connection.quit();
      return { type: 'taken' };
    },
    close() {
      for (const { connection, timer } of [...idle.values()].flat()) {
        clearTimeout(timer);
        connection.quit();
      }
      idle.clear();
    },
  };
}

/** Changed settings or credentials never meet a connection that was opened with the old ones. */
const keyOf = (target: RelayTarget): string =>
  createHash('sha256').update(JSON.stringify(target)).digest('hex');

/** Sends one mail. Until its last byte was handed to the line, a break means that the relay cannot have taken it. */
async function transmit(connection: SMTPConnection, mail: Outgoing, signal: AbortSignal): Promise<HandOver> {
  const source = Readable.from(chunks(mail.raw), { objectMode: false });
  let whole = false;
  source.once('end', () => {
    whole = true;
  });
  const envelope = {
    from: mail.from,
    to: [mail.to],
    size: mail.raw.length,
    use8BitMime: false,
    dsn: { ret: 'HDRS', envid: mail.dsn.envid, notify: mail.dsn.notify },
  };
  return new Promise((resolve) => {
    const broken = (reason: 'connect' | 'aborted'): void =>
      resolve(whole ? { type: 'unknown' } : { type: 'unsent', reason });
    const abort = (): void => broken('aborted');
    signal.addEventListener('abort', abort, { once: true });
    connection.send(envelope, source, (error, info) => {
      signal.removeEventListener('abort', abort);
      if (!error) return resolve({ type: 'taken', serverMessageId: info?.serverMessageId });
      const reply = readReply(error.response ?? '');
      if (reply && reply.code >= 400) return resolve({ type: 'refused', stage: 'mail', reply });
      // refused by our side: the relay told its limit (SIZE), or the address cannot be written there
      if (error.code === 'EMESSAGE')
        return resolve({ type: 'refused', stage: 'mail', reply: { code: 552, enhanced: '5.3.4' } });
      if (error.code === 'EENVELOPE')
        return resolve({ type: 'refused', stage: 'mail', reply: { code: 553, enhanced: '5.1.3' } });
      broken('connect');
    });
  });
}

function* chunks(raw: Buffer): Generator<Buffer> {
  for (let at = 0; at < raw.length; at += chunkBytes) yield raw.subarray(at, at + chunkBytes);
}
