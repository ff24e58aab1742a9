import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { guardedConnect } from '../kit/guard.ts';
import type { Allowed } from '../kit/guard.ts';
import type { XmppConfig } from './manifest.ts';

/** Why a session could not be opened. The gateway shows an error's name. */
export class NotOpenedError extends Error {
  constructor(reason: string) {
    super(`not opened: ${reason}`);
    this.name = reason;
  }
}

/** Connects behind the SSRF guard, to the address that was checked. Rejects with an `UnsentError` or a `NotOpenedError`. */
export async function connect(
  { host, port, tls, tls_ca: ca }: Pick<XmppConfig, 'host' | 'port' | 'tls' | 'tls_ca'>,
  { allowed, signal }: { allowed: Allowed; signal: AbortSignal },
): Promise<Socket> {
  const plain = await new Promise<Socket>((resolve, reject) => {
    const target = { hostname: host, host, port: String(port), protocol: 'http:' };
    guardedConnect(allowed)(target, (error, socket) => (error ? reject(error) : resolve(socket!)));
  });
  if (signal.aborted) {
    plain.destroy();
    throw new NotOpenedError('aborted');
  }
  if (!tls) return plain;
  const servername = isIP(host) ? {} : { servername: host };
  return new Promise((resolve, reject) => {
    const secure = connectTls({ socket: plain, ...servername, host, ...(ca ? { ca } : {}) });
    const fail = (): void => {
      plain.destroy();
      reject(new NotOpenedError('tls_failed'));
    };
    const late = setTimeout(fail, 5000);
    secure.once('error', fail);
    secure.once('secureConnect', () => {
      clearTimeout(late);
      secure.off('error', fail);
      resolve(secure);
    });
  });
}
