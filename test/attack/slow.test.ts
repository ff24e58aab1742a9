import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { residentMebibytes } from './ledger.ts';
import { raw } from './raw.ts';

let gateway: TestGateway;
let merchant: TestMerchant;

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_EMAIL_SMTP_TIMEOUT_MS: '3000' });
  merchant = await gateway.merchant('patient', 'test');
  await merchant.account('sandbox', {}, { secret: 'a-secret-of-sixteen' });
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

interface Slow {
  socket: Socket;
  /** What came back. */
  heard(): string;
  closed(): boolean;
  end(): void;
}

/** Sends a beginning at once, then a byte of the rest every second. */
function slowly(port: number, beginning: string, rest: string): Slow {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  let closed = false;
  let at = 0;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  socket.write(beginning);
  const timer = setInterval(() => socket.writable && socket.write(rest[at++ % rest.length]!), 1000);
  return {
    socket,
    heard: () => heard,
    closed: () => closed,
    end: () => {
      clearInterval(timer);
      socket.destroy();
    },
  };
}

const head = (length: number) =>
  `POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${merchant.key}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

describe('a client that sends one byte a second', () => {
  test(
    'is cut off, in headers after 10 s, in a body after 30 s, in a mail as the setting says, while others are served',
    { timeout: 60_000 },
    async () => {
      const memory = await residentMebibytes(gateway.pid);
      const inHeaders = Array.from({ length: 40 }, () =>
        slowly(gateway.port, 'GET /healthz HTTP/1.1\r\nX-Slow: ', 'a'),
      );
      const inBody = Array.from({ length: 40 }, () =>
        slowly(gateway.port, head(1000), '{"to":"sandbox:ada",'),
      );
      const inHook = slowly(
        gateway.port,
        `POST /hooks/telegram/acc_01HZZZZZZZZZZZZZZZZZZZZZZZ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n`,
        '{',
      );
      const inMail = slowly(gateway.smtpPort, 'EHLO slow.example\r\n', 'N');
      const all = [...inHeaders, ...inBody, inHook, inMail];
      try {
        // meanwhile everybody else is served
        const id = await merchant.send('sandbox:ada', { kind: 'text', text: 'meanwhile' });
        await merchant.state(id, 'sent', 'delivered', 'read');
        await until('the slow mail to end', inMail.closed, 10_000);
        await until('slow headers to end', () => inHeaders.every(({ closed }) => closed()), 20_000);
        // the account is not there: the answer came at once, and the rest of the body is not waited for
        await until(
          'slow bodies to end',
          () => inBody.every(({ closed }) => closed()) && inHook.closed(),
          35_000,
        );
        for (const { heard } of inHeaders) expect(heard()).toMatch(/^(HTTP\/1\.1 408|$)/);
        for (const { heard } of inBody) expect(heard()).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
      } finally {
        for (const one of all) one.end();
      }
      expect((await raw(`${gateway.url}/healthz`, { method: 'GET' })).status).toBe(200);
      expect(await residentMebibytes(gateway.pid)).toBeLessThan(memory + 100);
      // a client that is slow or goes away is nothing broken
      expect(gateway.logs).not.toMatch(/http\.threw|"level":(50|60)/);
      expect((await raw(`${gateway.url}/metrics`, { method: 'GET' })).text).not.toMatch(
        /passerelle_http_request_seconds_count\{area="\w+",status="5\d\d"\}/,
      );
    },
  );
});

describe('a client that goes away', () => {
  test('in the middle of a body leaves nothing behind', async () => {
    const gone = Array.from({ length: 20 }, () =>
      slowly(gateway.port, head(100_000) + 'x'.repeat(1000), 'x'),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const one of gone) one.end();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await raw(`${gateway.url}/healthz`, { method: 'GET' })).status).toBe(200);
    expect(gateway.logs).not.toMatch(/http\.threw|"level":(50|60)/);
  });
});

describe('bytes that are no HTTP', () => {
  test.each([
    ['noise', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10])],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex')],
    ['100 KB of one header', Buffer.from(`GET / HTTP/1.1\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`)],
    ['10,000 headers', Buffer.from(`GET / HTTP/1.1\r\n${'X: a\r\n'.repeat(10_000)}\r\n`)],
    [
      'a line break in a header',
      Buffer.from('GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\nSet-Cookie: b\r\n\r\n'),
    ],
    [
      'two lengths',
      Buffer.from(
        'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      ),
    ],
    [
      'a length and chunks',
      Buffer.from(
        'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ],
    [
      'a chunk of a length that is none',
      Buffer.from(
        'POST /v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n',
      ),
    ],
    [
      'a host that is none',
      Buffer.from('GET /hooks/telegram/x HTTP/1.1\r\nHost: a b<script>\r\nConnection: close\r\n\r\n'),
    ],
    ['no host', Buffer.from('GET /healthz HTTP/1.0\r\n\r\n')],
    [
      'an address in the request line',
      Buffer.from(
        'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: 169.254.169.254\r\nConnection: close\r\n\r\n',
      ),
    ],
    ['a method that is none', Buffer.from('NOTHING /v1/messages HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['CONNECT', Buffer.from('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')],
  ])('%s: a 4xx or a closed connection, and never a 5xx', async (_, bytes) => {
    const client = slowly(gateway.port, '', ' ');
    client.socket.end(bytes);
    await until('an end', client.closed, 15_000);
    if (client.heard() !== '') expect(client.heard()).toMatch(/^HTTP\/1\.1 (200|[34]\d\d)/);
    expect(client.heard()).not.toMatch(/node_modules|\.ts:\d/);
    client.end();
    expect((await raw(`${gateway.url}/healthz`, { method: 'GET' })).status).toBe(200);
  });
});
