import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Account, Context } from '../../connectors/contract/index.ts';
import { createHttpClient } from '../../connectors/kit/http.ts';
import { suiteNowMs } from './scripted.ts';

/** A platform on this machine, and everything that a connector asked of the network meanwhile. */
export interface Line {
  url: string;
  context: Context;
  abort(): void;
  /** Hosts other than loopback to which a connection was tried. */
  strangers: string[];
}

type Connect = (this: Socket, ...given: unknown[]) => Socket;

const hostOf = (given: unknown): string => {
  const [options] = Array.isArray(given) ? (given as unknown[]) : [given];
  return typeof options === 'object' && options !== null && 'host' in options
    ? String(options.host)
    : 'localhost';
};

/** Runs something with a real server, the kit's own client, and an eye on every connection of the process. */
export async function withLine<T>(
  answer: RequestListener,
  run: (line: Line) => Promise<T>,
  { timeoutMs }: { timeoutMs?: number } = {},
): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const strangers: string[] = [];
  const client = createHttpClient({
    allowed: ['127.0.0.0/8'],
    resolve: (host) => {
      strangers.push(host);
      return Promise.reject(new Error('no names here'));
    },
  });
  const controller = new AbortController();
  const silent = () => {};
  const context: Context = {
    http: {
      call: (request) => client.call({ ...request, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
    },
    log: { info: silent, warn: silent, error: silent },
    now: () => suiteNowMs,
    random: (size) => new Uint8Array(size).fill(7),
    signal: controller.signal,
  };
  const connect = Socket.prototype.connect as unknown as Connect;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    const host = hostOf(given[0]);
    if (!/^(127\.|::1$|localhost$)/.test(host)) strangers.push(host);
    return connect.apply(this, given);
  } as unknown as typeof Socket.prototype.connect;
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await run({ url, context, abort: () => controller.abort(), strangers });
  } finally {
    Socket.prototype.connect = connect as unknown as typeof Socket.prototype.connect;
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The account with its platform on that line: every address in its configuration points there. */
export function onLine(account: Account, url: string): Account {
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string')
      return /^https?:\/\//.test(value) && URL.canParse(value)
        ? value.replace(new URL(value).origin, url)
        : value;
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, moved(inner)]));
  };
  return { ...account, config: moved(account.config) };
}
