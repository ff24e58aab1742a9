import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { OutgoingRequest } from '../contract/index.ts';
import { answerJson, createHttpClient, retryAfterMs } from './http.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serverThat(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function tcpThat(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function call(request: Partial<OutgoingRequest> & { url: string }) {
  const http = createHttpClient({ allowed: ['127.0.0.0/8'], userAgent: 'Test/1' });
  open.push(() => http.close());
  return http.call({ method: 'GET', signal: new AbortController().signal, ...request });
}

describe('an answer', () => {
  test('comes whole, with any status, and redirects are not followed', async () => {
    let visits = 0;
    const url = await serverThat((request, response) => {
      visits++;
      if (request.url === '/there') return void response.writeHead(302, { location: '/elsewhere' }).end();
      response.writeHead(418, { 'x-two': ['a', 'b'] }).end('short and stout');
    });
    expect(await call({ url: `${url}/there` })).toMatchObject({ type: 'answer', status: 302 });
    expect(visits).toBe(1);
    const result = await call({ url });
    expect(result).toMatchObject({ type: 'answer', status: 418, headers: { 'x-two': 'a, b' } });
    expect(result.type === 'answer' && Buffer.from(result.body).toString()).toBe('short and stout');
  });

  test('json goes out as JSON, with the agent’s name and without an encoding that would have to be undone', async () => {
    let seen: { headers: IncomingMessage['headers']; body: string } | undefined;
    const url = await serverThat((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen = { headers: request.headers, body };
        response.end('{"ok":true}');
      });
    });
    const result = await call({ url, method: 'POST', json: { a: 'é' } });
    expect(seen?.body).toBe('{"a":"é"}');
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Test/1',
      'accept-encoding': 'identity',
    });
    expect(result.type === 'answer' && answerJson(result)).toEqual({ ok: true });
  });

  test('a form goes out as multipart with its file names', async () => {
    let body = '';
    const url = await serverThat((request, response) => {
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.end());
    });
    const form = new FormData();
    form.set('field', 'value');
    form.set('file', new Blob(['bytes'], { type: 'text/plain' }), 'note.txt');
    await call({ url, method: 'POST', body: form });
    expect(body).toContain('name="field"\r\n\r\nvalue');
    expect(body).toContain('filename="note.txt"');
  });

  test('that is no UTF-8 or no JSON is undefined as JSON', async () => {
    const url = await serverThat((request, response) =>
      response.end(request.url === '/bytes' ? Buffer.from([0x22, 0xff, 0x22]) : '{'),
    );
    for (const path of ['/bytes', '/half']) {
      const result = await call({ url: url + path });
      expect(result.type === 'answer' && answerJson(result)).toBeUndefined();
    }
  });
});

describe('an answer that is too long', () => {
  const long = () => serverThat((_, response) => void response.end(Buffer.alloc(100_000, 'x')));

  test('is an outcome that is not known', async () => {
    expect(await call({ url: await long(), maxBytes: 1000 })).toEqual({
      type: 'unknown',
      reason: 'too_large',
    });
  });

  test('counts with `truncate`, and never holds more than the limit', async () => {
    const result = await call({ url: await long(), maxBytes: 1000, truncate: true });
    expect(result).toMatchObject({ type: 'answer', status: 200 });
    expect(result.type === 'answer' && result.body.length).toBeLessThanOrEqual(1000);
  });

  test('without an end is cut at the limit, not at the time-out', async () => {
    const url = await serverThat((_, response) => {
      const write = () => {
        while (response.write(Buffer.alloc(10_000)));
        response.once('drain', write);
      };
      write();
    });
    expect(await call({ url, maxBytes: 50_000, timeoutMs: 60_000 })).toEqual({
      type: 'unknown',
      reason: 'too_large',
    });
  });

  test('headers without an end are cut off too', async () => {
    const url = await tcpThat((socket) =>
      socket.once('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(10_000)}`),
      ),
    );
    expect(await call({ url, timeoutMs: 10_000 })).toMatchObject({ type: 'unknown', reason: 'reset' });
  });
});

describe('no answer', () => {
  test('within the time-out is unknown, also where headers came and the body does not', async () => {
    const silent = await tcpThat(() => {});
    expect(await call({ url: silent, timeoutMs: 100 })).toEqual({ type: 'unknown', reason: 'timeout' });
    const half = await serverThat((_, response) => void response.writeHead(200).write('half'));
    expect(await call({ url: half, timeoutMs: 100 })).toEqual({ type: 'unknown', reason: 'timeout' });
  });

  test('from a line that is reset after the request went out is unknown', async () => {
    const url = await tcpThat((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await call({ url, method: 'POST', json: {} })).toEqual({ type: 'unknown', reason: 'reset' });
  });

  test('from a port where nobody listens is unsent', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await call({ url: `http://127.0.0.1:${port}/` })).toEqual({ type: 'unsent', reason: 'connect' });
  });

  test('after an abort is unknown; before it nothing was sent', async () => {
    const early = new AbortController();
    early.abort();
    expect(await call({ url: 'http://127.0.0.1:1/', signal: early.signal })).toEqual({
      type: 'unsent',
      reason: 'aborted',
    });
    const late = new AbortController();
    const url = await tcpThat((socket) => socket.once('data', () => late.abort()));
    expect(await call({ url, signal: late.signal })).toEqual({ type: 'unknown', reason: 'aborted' });
  });
});

describe('a request that cannot be written', () => {
  test.each(['', 'no url', 'file:///etc/passwd', 'ftp://example.com/', 'javascript:alert(1)', 'http://'])(
    '%j is no address to call',
    async (url) => {
      expect(await call({ url })).toEqual({ type: 'unsent', reason: 'invalid_url' });
    },
  );

  test('a header with a line break was certainly not sent', async () => {
    let visits = 0;
    const url = await serverThat((_, response) => {
      visits++;
      response.end();
    });
    expect((await call({ url, headers: { 'x-token': 'a\r\nx-injected: 1' } })).type).toBe('unsent');
    expect(visits).toBe(0);
  });
});

test('Retry-After is read as seconds or as a date, and is never negative or longer than a day', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs(' 0 ', now)).toBe(0);
  expect(retryAfterMs('Sun, 22 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
  expect(retryAfterMs('Sun, 22 Nov 2026 09:00:00 GMT', now)).toBe(0);
  expect(retryAfterMs('99999999999', now)).toBe(86_400_000);
  for (const unreadable of [undefined, '', 'soon', '-5x'])
    expect(retryAfterMs(unreadable, now)).toBeUndefined();
});
