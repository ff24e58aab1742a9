import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The common ground of the platform emulators: an HTTP server on loopback that records what it was asked, and can be told to
 * misbehave. Each platform's file brings its rules (what it refuses, in which shape) and its call-backs.
 */
export interface Recorded {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** Faults of the next calls, used up in order. `hang` never answers; `reset` cuts the line after reading the request. */
export type Fault = 'throttle' | 'fail' | 'hang' | 'reset' | 'unreadable' | 'unauthorized';

/** How the platform calls back about what it took: receipts before the answer, twice, or in the wrong order. */
export type CallbackMode = 'normal' | 'early' | 'twice' | 'reordered' | 'none';

export interface Emulator {
  /** `http://127.0.0.1:port` */
  url: string;
  /** Every request that came, oldest first. */
  calls: Recorded[];
  /** The next `times` calls end in this fault. */
  fault(fault: Fault, times?: number): void;
  callbacks: CallbackMode;
  close(): Promise<void>;
}

export interface Platform {
  /** Answers one call; runs only if no fault is due. */
  answer(call: Recorded): Answer | Promise<Answer>;
  /** Answers what the gateway asks beside sending, whenever it does: such a call uses up no fault. */
  beside?(call: Recorded): Answer | undefined;
  /** The platform's own shape of each fault that has one. */
  faults: Record<'throttle' | 'fail' | 'unauthorized', Answer>;
}

export async function startEmulator(platform: Platform): Promise<Emulator> {
  const due: Fault[] = [];
  const calls: Recorded[] = [];
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call: Recorded = {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    calls.push(call);
    const beside = platform.beside?.(call);
    const fault = beside ? undefined : due.shift();
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === 'unreadable')
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('<html>proxy error</html>');
    const answer = fault ? platform.faults[fault] : (beside ?? (await platform.answer(call)));
    const raw = typeof answer.body === 'string' || answer.body instanceof Uint8Array;
    response
      .writeHead(answer.status, {
        'content-type': raw ? 'application/octet-stream' : 'application/json',
        ...answer.headers,
      })
      .end(raw ? answer.body : JSON.stringify(answer.body));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    callbacks: 'normal',
    fault: (fault, times = 1) => {
      for (let i = 0; i < times; i++) due.push(fault);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
