import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { mayConnectTo, UnsentError } from '../kit/guard.ts';
import type { Resolve } from '../kit/guard.ts';
import type { Config } from './manifest.ts';

const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

interface ConnectOptions {
  config: Pick<Config, 'host' | 'port' | 'tls' | 'tls_ca'>;
  /** Private networks that are allowed, as CIDR ranges. */
  allowed: readonly string[];
  timeoutMs: number;
  signal: AbortSignal;
  resolve?: Resolve;
}

/**
 * Connects to the SMSC behind the SSRF guard: the name is resolved here, every address of it must be allowed, and the connection goes
 * to the address that was checked. Rejects with an `UnsentError`.
 */
export async function connect({
  config,
  allowed,
  timeoutMs,
  signal,
  resolve = resolveBySystem,
}: ConnectOptions): Promise<Socket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const ips = isIP(config.host) ? [config.host] : await resolved(config.host, resolve, limit);
  if (!ips.every((ip) => mayConnectTo(ip, allowed))) throw new UnsentError('guard');
  let last: unknown;
  for (const ip of ips) {
    const socket = begin(ip, config);
    try {
      await opened(socket, config.tls ? 'secureConnect' : 'connect', limit);
      return socket;
    } catch (error) {
      socket.destroy();
      last = error;
    }
  }
  throw new UnsentError(ips.length ? 'connect' : 'dns', last);
}

function begin(ip: string, { host, port, tls, tls_ca: ca }: ConnectOptions['config']): Socket {
  if (!tls) return connectTcp({ host: ip, port });
  // the certificate must be that of the name, whatever address it has
  return connectTls({ host: ip, port, ...(isIP(host) ? {} : { servername: host }), ...(ca ? { ca } : {}) });
}

const resolved = (host: string, resolve: Resolve, limit: AbortSignal): Promise<string[]> =>
  new Promise((found, reject) => {
    const fail = (error?: unknown): void => reject(new UnsentError('dns', error));
    limit.addEventListener('abort', fail, { once: true });
    resolve(host).then(found, fail);
  });

const opened = (socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => done(new Error('aborted', { cause: signal.reason }));
    const done = (error?: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', done);
      // an error that comes while the socket is given up has no listener else
      if (error) socket.on('error', () => {});
      if (error) reject(error);
      else resolve();
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', done);
    socket.once(event, () => done());
  });
