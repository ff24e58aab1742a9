import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../gateway/ports.ts';
import { Line } from './proxy.ts';

let line: Line;
let server: ReturnType<typeof createServer>;
/** What the server has got, and its end of each connection. */
let got: string;
let peers: Socket[];

beforeEach(async () => {
  got = '';
  peers = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    peers.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      got += chunk.toString();
      socket.write(`echo ${chunk.toString()}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  line = await Line.open({ port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  await line.close();
  for (const peer of peers) peer.destroy();
  await new Promise((resolve) => server.close(resolve));
});

interface Caller {
  socket: Socket;
  said: string;
  ended: boolean;
  broken: string | undefined;
  closed: boolean;
}
function call(): Caller {
  const socket = connect({ port: line.port, host: '127.0.0.1', allowHalfOpen: true });
  const caller: Caller = { socket, said: '', ended: false, broken: undefined, closed: false };
  socket.on('data', (chunk) => (caller.said += chunk.toString()));
  socket.on('end', () => (caller.ended = true));
  socket.on('close', () => (caller.closed = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (caller.broken = error.code));
  return caller;
}

test('a healthy line carries both ways, and its ends', async () => {
  const caller = call();
  caller.socket.write('one');
  await until('the echo', () => caller.said === 'echo one');
  peers[0]!.end('bye');
  await until('the end', () => caller.ended);
  expect(caller.said).toBe('echo onebye');
});

test('delayed, everything comes, in order', async () => {
  line.breaks({ mode: 'delay', delayMs: 30 });
  const caller = call();
  for (let i = 0; i < 5; i++) caller.socket.write(`${i}`);
  await until('all of it', () => got === '01234');
  await until('the answers', () => caller.said.replaceAll('echo ', '') === '01234');
});

test('reset, both sides are told', async () => {
  line.breaks({ mode: 'reset', afterBytes: 4 });
  const caller = call();
  caller.socket.write('1234');
  await until('the reset', () => caller.closed);
  expect(caller.broken).toBe('ECONNRESET');
  await until('the other side', () => peers[0]!.destroyed || peers[0]!.errored !== null);
});

test('half closed, the one who is told the end still gets nothing through from the other', async () => {
  const caller = call();
  caller.socket.write('a');
  await until('the echo', () => caller.said === 'echo a');
  line.breaks({ mode: 'half-close', side: 'client', afterBytes: 0 });
  caller.socket.write('b');
  await until('the end', () => caller.ended);
  await until('what the client said', () => got === 'ab');
  expect(caller.said).toBe('echo a');
  line.heals();
  // who was told the end reads no more, and learns of the cut by writing
  await until('the damaged connection to be cut', () => caller.closed || !caller.socket.write('c'));
  expect(got).toBe('ab');
});

test('stalled, nothing gets through and nobody is told; mended, the connection is cut and the next one works', async () => {
  line.breaks({ mode: 'stall' });
  const caller = call();
  caller.socket.write('lost');
  await until('the connection', () => peers.length === 1);
  expect([got, caller.closed]).toEqual(['', false]);
  line.heals();
  await until('the cut', () => caller.closed);
  const next = call();
  next.socket.write('again');
  await until('the echo', () => next.said === 'echo again');
});

test('what is held for a caller who is gone never arrives', async () => {
  line.breaks({ mode: 'delay', delayMs: 50 });
  const gone = call();
  await until('the connection', () => peers.length === 1);
  gone.socket.write('late');
  setTimeout(() => gone.socket.resetAndDestroy(), 5);
  await until('the other end to be cut', () => peers[0]!.destroyed || peers[0]!.errored !== null);
  const next = call();
  next.socket.write('new');
  await until('the echo', () => next.said === 'echo new');
  expect(got).toBe('new');
});
