import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openPages } from './hooks.ts';
import { residentMebibytes, rowCounts, tablesWith } from './ledger.ts';
import { raw } from './raw.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let lines: Record<'webchat' | 'sandbox', string>;
let token: string;
let memory: number;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('sockets', 'test');
  const pages = await openPages(merchant);
  lines = {
    webchat: `${pages.webchat}/socket`.replace('http', 'ws'),
    sandbox: `${pages.sandbox}/socket?key=${pages.phoneKey}`.replace('http', 'ws'),
  };
  const session = await raw(`${pages.webchat}/session`, {
    body: '{}',
    headers: { origin: gateway.url, 'content-type': 'text/plain' },
  });
  token = String((JSON.parse(session.text) as { token: string }).token);
  memory = await residentMebibytes(gateway.pid);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

interface Line {
  socket: WebSocket;
  came: string[];
  /** The code with which it was closed; 0 while it is open. */
  code(): number;
}

async function open(url: string, { origin = gateway.url, ready = true } = {}): Promise<Line> {
  const socket = new WebSocket(url, { origin });
  const came: string[] = [];
  let code = 0;
  socket.on('message', (data: Buffer) => came.push(data.toString('utf8')));
  socket.on('close', (closed) => (code = closed));
  socket.on('error', () => {});
  await until('the line to open', () => socket.readyState === WebSocket.OPEN || code !== 0);
  if (ready && url === lines.webchat) socket.send(JSON.stringify({ type: 'resume', token, after: 0 }));
  return { socket, came, code: () => code };
}

const closedWith = (line: Line) => until('the line to be closed', () => line.code() || undefined);
const unhurt = async () => {
  expect((await raw(`${gateway.url}/healthz`, { method: 'GET' })).status).toBe(200);
  expect(gateway.logs).not.toMatch(/uncaught|"level":60/);
};

describe.each(['webchat', 'sandbox'] as const)('a live client of %s', (name) => {
  test('that sends a frame of 1 MB is closed with 1009', async () => {
    const line = await open(lines[name]);
    line.socket.send('x'.repeat(1 << 20));
    expect(await closedWith(line)).toBe(1009);
    await unhurt();
  });

  test('that sends 100 MB in one frame is cut off before it has sent it', async () => {
    const line = await open(lines[name]);
    line.socket.send(Buffer.alloc(100 << 20), { binary: false });
    expect([1006, 1009]).toContain(await closedWith(line));
    expect(await residentMebibytes(gateway.pid)).toBeLessThan(memory + 200);
    await unhurt();
  });

  test('that sends a frame in parts without end is cut off', async () => {
    const line = await open(lines[name]);
    const timer = setInterval(
      () => line.socket.readyState === WebSocket.OPEN && line.socket.send('x'.repeat(30_000), { fin: false }),
      5,
    );
    try {
      expect([1006, 1009]).toContain(await closedWith(line));
    } finally {
      clearInterval(timer);
    }
    await unhurt();
  });

  test('that sends bytes is closed with 1003', async () => {
    const line = await open(lines[name]);
    line.socket.send(Buffer.from([1, 2, 3]));
    expect(await closedWith(line)).toBe(1003);
    await unhurt();
  });

  test('that sends text which is no UTF-8 is closed with 1007', async () => {
    const line = await open(lines[name]);
    line.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect(await closedWith(line)).toBe(1007);
    await unhurt();
  });

  test('that sends what is no frame is told so, nothing is stored, and nothing of the inside is said', async () => {
    const before = rowCounts(gateway.dataFolder)['messages'];
    const line = await open(lines[name]);
    for (const frame of [
      '',
      '{',
      'null',
      '[]',
      '7',
      '"x"',
      '{}',
      '{"type":"__proto__"}',
      '{"type":"constructor"}',
      '['.repeat(30_000),
      '{"type":"write","as":"../..","id":"12345678","content":{"kind":"text","text":"x"}}',
      '{"type":"write","as":"ada","id":"12345678","content":{"kind":"text","text":"\\ud800"}}',
      '{"type":"message","client_id":"12345678","content":{"kind":"text","text":"\\ud800"}}',
    ])
      line.socket.send(frame);
    await until(
      'the answers',
      () => line.came.filter((text) => /"(refused|error)"/.test(text)).length >= 12 || line.code() !== 0,
    );
    expect(line.came.join('')).not.toMatch(/node_modules|\.ts:\d|Error:/);
    expect(rowCounts(gateway.dataFolder)['messages']).toBe(before);
    line.socket.close();
    await unhurt();
  });

  test('that sends a thousand frames at once is slowed down or closed, and others are served meanwhile', async () => {
    const line = await open(lines[name]);
    const frame = (i: number) =>
      JSON.stringify(
        name === 'webchat'
          ? { type: 'message', client_id: `flood-${i}-0000`, content: { kind: 'text', text: 'flood' } }
          : { type: 'write', as: 'ada', id: `flood-${i}-0000`, content: { kind: 'text', text: 'flood' } },
      );
    for (let i = 0; i < 1000 && line.socket.readyState === WebSocket.OPEN; i++) line.socket.send(frame(i));
    const id = await merchant.send('sandbox:bystander', { kind: 'text', text: 'meanwhile' });
    await merchant.state(id, 'sent', 'delivered', 'read');
    await until('an end of the flood', () => line.code() !== 0 || line.came.length >= 1000);
    expect(line.came.length).toBeLessThanOrEqual(2500);
    line.socket.close();
    expect(await residentMebibytes(gateway.pid)).toBeLessThan(memory + 200);
    await unhurt();
  });
});

describe('a line that may not be', () => {
  test('from a page of another origin, without a link, or to an account that isn’t there, gets nothing', async () => {
    const foreign = await open(lines.webchat, { origin: 'https://evil.example' });
    await closedWith(foreign);
    expect(foreign.came.join('')).not.toContain('history');
    const wrong = await open(lines.sandbox.replace(/key=.*/, 'key=guess'));
    await closedWith(wrong);
    expect(wrong.came).toEqual([]);
    for (const path of [
      '/hooks/webchat/acc_01HZZZZZZZZZZZZZZZZZZZZZZZ/socket',
      '/hooks/telegram/x/socket',
      '/hooks/__proto__/x/socket',
    ]) {
      const nowhere = await open(gateway.url.replace('http', 'ws') + path);
      expect([1006]).toContain(await closedWith(nowhere));
    }
    await unhurt();
  });

  test('without a token gets no thread and stores nothing', async () => {
    const line = await open(lines.webchat, { ready: false });
    line.socket.send(
      JSON.stringify({
        type: 'message',
        client_id: 'without-a-token',
        content: { kind: 'text', text: 'said without a token' },
      }),
    );
    await closedWith(line);
    expect(line.came.join('')).not.toContain('ack');
    expect(tablesWith(gateway.dataFolder, 'said without a token')).toEqual([]);
  });

  test('500 lines that say nothing cost bounded memory, and a page still opens', async () => {
    const idle = await Promise.all(Array.from({ length: 500 }, () => open(lines.webchat, { ready: false })));
    expect((await raw(`${gateway.url}/docs`, { method: 'GET' })).status).toBe(200);
    expect(await residentMebibytes(gateway.pid)).toBeLessThan(memory + 250);
    for (const { socket } of idle) socket.terminate();
    await unhurt();
  });
});
