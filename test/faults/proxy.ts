import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What the line does while it is bad. */
export type LineFault =
  /** Everything arrives, in order, later. */
  | { mode: 'delay'; delayMs: number }
  /** Lines are cut with a reset once so many bytes went through, in either direction. */
  | { mode: 'reset'; afterBytes: number }
  /** One side is told that the other has ended, and what that other says from then on is swallowed. */
  | { mode: 'half-close'; side: 'client' | 'server'; afterBytes: number }
  /** Nothing gets through and nobody is told. */
  | { mode: 'stall' };

const healthy = { mode: 'healthy' } as const;

/**
 * A TCP line that can be made bad. What it still holds when the one who sent it is gone is thrown away: a request of a killed
 * process doesn't arrive minutes later, behind those of the next one.
 */
export class Line {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #fault: LineFault | typeof healthy = healthy;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async open(target: { port: number }): Promise<Line> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const line = new Line(server);
    server.on('connection', (client) => line.#connected(client, target.port));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From now on, also for connections that stand. */
  breaks(fault: LineFault): void {
    this.#fault = fault;
    for (const pair of this.#pairs) pair.begins(fault);
  }

  /** Mends it. Connections that were damaged are cut: nobody can go on with half a conversation. */
  heals(): void {
    this.#fault = healthy;
    for (const pair of this.#pairs) pair.heals();
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) pair.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(client: Socket, port: number): void {
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = new Pair(client, server, () => this.#pairs.delete(pair));
    this.#pairs.add(pair);
    if (this.#fault.mode !== 'healthy') pair.begins(this.#fault);
  }
}

type Side = 'client' | 'server';

/** One connection through the line: a socket to each side. */
class Pair {
  readonly #sockets: Record<Side, Socket>;
  readonly #gone: () => void;
  #fault: LineFault | typeof healthy = healthy;
  #bytes = 0;
  #damaged = false;
  /** Chunks that wait for their time, in order; for both directions. */
  readonly #waiting: Record<Side, Promise<void>> = { client: Promise.resolve(), server: Promise.resolve() };
  #cut = false;

  constructor(client: Socket, server: Socket, gone: () => void) {
    this.#sockets = { client, server };
    this.#gone = gone;
    for (const [from, to] of [['client', 'server'] as const, ['server', 'client'] as const]) {
      const socket = this.#sockets[from];
      socket.on('data', (chunk: Buffer) => this.#pass(from, to, chunk));
      // a client that ends wants nothing any more; a server that ends may have an answer on its way
      socket.on('end', () => (from === 'client' ? this.cut() : this.#then(from, () => this.#end(to))));
      socket.on('error', () => this.cut());
      socket.on('close', () => (from === 'client' ? this.cut() : this.#then(from, () => this.cut())));
    }
  }

  begins(fault: LineFault): void {
    this.#fault = fault;
    this.#bytes = 0;
  }

  heals(): void {
    this.#fault = healthy;
    if (this.#damaged) this.cut();
  }

  cut(how: 'destroy' | 'resetAndDestroy' = 'resetAndDestroy'): void {
    if (this.#cut) return;
    this.#cut = true;
    for (const socket of Object.values(this.#sockets)) socket[socket.connecting ? 'destroy' : how]();
    this.#gone();
  }

  #pass(from: Side, to: Side, chunk: Buffer): void {
    this.#bytes += chunk.length;
    const fault = this.#fault;
    if (fault.mode === 'stall') {
      this.#damaged = true;
      return;
    }
    if (fault.mode === 'reset' && this.#bytes > fault.afterBytes) return this.cut();
    if (fault.mode === 'half-close' && this.#bytes > fault.afterBytes) {
      if (!this.#damaged) {
        this.#damaged = true;
        this.#end(fault.side);
      }
      // the side that was told the end is heard no more, as the other goes on in vain
      if (to === fault.side) return;
    }
    const delayMs = fault.mode === 'delay' ? fault.delayMs : 0;
    this.#sockets[from].pause();
    this.#then(from, async () => {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (this.#cut) return;
      await this.#write(to, chunk);
      this.#sockets[from].resume();
    });
  }

  #then(from: Side, work: () => void | Promise<void>): void {
    this.#waiting[from] = this.#waiting[from].then(work);
  }

  async #write(to: Side, chunk: Buffer): Promise<void> {
    const socket = this.#sockets[to];
    if (socket.writableEnded || socket.destroyed) return;
    if (socket.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done);
        resolve();
      };
      socket.on('drain', done).on('close', done);
    });
  }

  #end(side: Side): void {
    const socket = this.#sockets[side];
    if (!socket.writableEnded && !socket.destroyed) socket.end();
  }
}
