import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The way between browsers and a gateway, as a proxy on loopback: it outlives the gateway, and can be disturbed. */
export interface Line {
  /** What browsers see: the gateway's public address. */
  url: string;
  /** To the gateway, from now on. */
  lead(port: number): void;
  /** Refuses WebSockets from now on, as some proxies do. */
  blockSockets(blocked: boolean): void;
  /** Cuts every open WebSocket without a word. */
  cutSockets(): void;
  close(): Promise<void>;
}

export async function startLine(): Promise<Line> {
  const sockets = new Set<Socket>();
  const all = new Set<Socket>();
  let target = 0;
  let blocked = false;
  const server = createServer((client) => {
    all.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => all.delete(client) && sockets.delete(client));
    // a browser opens a connection of its own for each WebSocket: its first bytes say which kind this one is
    client.once('data', (first: Buffer) => {
      if (/^upgrade: *websocket/im.test(first.toString('latin1'))) {
        if (blocked) return void client.destroy();
        sockets.add(client);
      }
      const gateway = connect(target, '127.0.0.1');
      gateway.on('error', () => client.destroy());
      gateway.on('close', () => client.destroy());
      client.on('close', () => gateway.destroy());
      gateway.write(first);
      client.pipe(gateway);
      gateway.pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (port) => (target = port),
    blockSockets: (now) => (blocked = now),
    cutSockets: () => sockets.forEach((socket) => socket.destroy()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of all) socket.destroy();
      }),
  };
}
