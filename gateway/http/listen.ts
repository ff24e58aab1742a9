import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import type { Settings } from '../settings.ts';
import type { Env } from './services.ts';

const maxFrameBytes = 64 * 1024;
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;

export interface Listening {
  url: string;
  port: number;
  /** Takes no more requests; ends connections when they are idle, and all of them after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** The HTTP server. A client that sends a byte a second is cut off after 30 s, one that never finishes its headers after 10. */
export async function listen(
  app: Hono<Env>,
  { port, host }: Pick<Settings, 'port' | 'host'>,
): Promise<Listening> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
  const server = createAdaptorServer({
    fetch: app.fetch,
    websocket: { server: sockets },
    serverOptions: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${bound}`,
    port: bound,
    close: (graceMs) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.clients) socket.close(1012, 'restarting');
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), graceMs).unref();
      }),
  };
}
