import { lookup } from 'node:dns/promises';
import { connect as connectSocket, isIP } from 'node:net';
import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { mayConnectTo } from '../kit/guard.ts';
import type { Allowed, Resolve } from '../kit/guard.ts';
import type { EmailConfig, EmailCredentials } from './manifest.ts';
import { readReply } from './status.ts';
import type { Reply } from '../kit/mail/status.ts';

/** Where to hand mail over, and as whom. */
export interface RelayTarget {
  relay: NonNullable<EmailConfig['relay']>;
  credentials: EmailCredentials;
  /** Our name in EHLO. */
  clientName: string;
}

export interface RelayOptions {
  allowed: Allowed;
  resolve?: Resolve | undefined;
  /** How long a relay may take to say anything. RFC 5321 §4.5.3.2 gives it 10 minutes after the mail; few senders wait so long. */
  answerTimeoutMs?: number | undefined;
}

/** Why there is no connection: the relay said so, or it is certain that it saw no mail. */
export type Failed =
  | { type: 'refused'; stage: 'login' | 'mail'; reply: Reply }
  | { type: 'unsent'; reason: 'guard' | 'dns' | 'connect' | 'cleartext' | 'no_auth' | 'aborted' };

const connectTimeoutMs = 10_000;
const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** Connects, greets and logs in. */
export async function open(target: RelayTarget, options: RelayOptions): Promise<SMTPConnection | Failed> {
  const socket = await dial(target.relay, options);
  if ('type' in socket) return socket;
  const { host, port, security, ca } = target.relay;
  const connection = new SMTPConnection({
    connection: socket,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    opportunisticTLS: security === 'opportunistic',
    name: target.clientName,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: options.answerTimeoutMs ?? 120_000,
    ...(ca ? { tls: { ca } } : {}),
    logger: false,
  });
  // errors come to the callbacks of the step they break; an idle connection that breaks is found out when it is used
  connection.on('error', () => {});
  const greeted = await step((done) => {
    connection.once('error', done);
    connection.connect(done);
  });
  const failed = greeted ? failedStep(greeted, 'mail') : await login(connection, target, socket);
  if (!failed) return connection;
  connection.close();
  return failed;
}

/** Resolves the name, checks every address of it, and connects to the one that was checked. */
async function dial(
  { host, port }: RelayTarget['relay'],
  { allowed, resolve = resolveBySystem }: RelayOptions,
): Promise<Socket | Failed> {
  const ips = isIP(host) ? [host] : await resolve(host).catch(() => []);
  const ip = ips[0];
  if (!ip) return { type: 'unsent', reason: 'dns' };
  if (!ips.every((each) => mayConnectTo(each, allowed))) return { type: 'unsent', reason: 'guard' };
  return new Promise((resolve_) => {
    const socket = connectSocket({ host: ip, port });
    const fail = (): void => {
      socket.destroy();
      resolve_({ type: 'unsent', reason: 'connect' });
    };
    const timer = setTimeout(fail, connectTimeoutMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve_(socket);
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

const isLoopback = (ip: string | undefined): boolean =>
  ip !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(ip);

async function login(
  connection: SMTPConnection,
  { credentials }: RelayTarget,
  socket: Socket,
): Promise<Failed | undefined> {
  const { relay_user: user, relay_password: pass } = credentials;
  if (!user) return undefined;
  // a password goes over no line that others can read
  if (!connection.secure && !isLoopback(socket.remoteAddress)) return { type: 'unsent', reason: 'cleartext' };
  if (!connection.allowsAuth) return { type: 'unsent', reason: 'no_auth' };
  const error = await step((done) => {
    connection.once('error', done);
    connection.login({ credentials: { user, pass: pass ?? '' } }, done);
  });
  return error ? failedStep(error, 'login') : undefined;
}

interface StepError {
  response?: string | undefined;
}

const step = (run: (done: (error?: StepError | null) => void) => void): Promise<StepError | undefined> =>
  new Promise((resolve) => run((error) => resolve(error ?? undefined)));

function failedStep(error: StepError, stage: 'login' | 'mail'): Failed {
  const reply = readReply(error.response ?? '');
  return reply && reply.code >= 400
    ? { type: 'refused', stage, reply }
    : { type: 'unsent', reason: 'connect' };
}

/** Whether a connection that was kept still answers. */
export const isAlive = async (connection: SMTPConnection): Promise<boolean> => {
  if (connection.destroyed) return false;
  const error = await step((done) => {
    connection.once('error', done);
    connection.reset(done);
  });
  return !error;
};
