import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCommandLineSettings } from '../settings.ts';
import { runCommandLine } from './main.ts';
import type { CommandContext } from './context.ts';

let server: Server;
let answers: Record<string, { status: number; body: unknown }>;
let asked: string[];
let out: string[];
let notes: string[];

beforeEach(async () => {
  [answers, asked, out, notes] = [{}, [], [], []];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, body } = answers[request.url!] ?? { status: 404, body: { detail: 'nothing there' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const run = (...words: string[]) => {
  const context: CommandContext = {
    settings: readCommandLineSettings({}),
    out: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    paint: (_, text) => text,
    signal: new AbortController().signal,
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return runCommandLine(['templates', ...words, '--url', url, '--key', 'k'], context, async () => {});
};
const template = (name: string, more: object = {}) => ({
  name,
  language: 'fr',
  purpose: 'utility',
  state: 'approved',
  body: { text: 'Bonjour', placeholders: [] },
  buttons: [],
  fillable: true,
  ...more,
});

test('all pages, each template with what it takes', async () => {
  answers['/v1/accounts/acc_1/templates?limit=100'] = {
    status: 200,
    body: {
      data: [
        template('ready', {
          header: { type: 'image', placeholders: [] },
          body: { text: 'Order {{1}}\nis \u001B[31mhere', placeholders: ['1'] },
          buttons: [
            { index: 0, type: 'quick_reply', text: 'Later', value: 'optional' },
            { index: 1, type: 'url', text: 'Track', value: 'required' },
          ],
        }),
      ],
      has_more: true,
      next: 'c2',
    },
  };
  answers['/v1/accounts/acc_1/templates?limit=100&cursor=c2'] = {
    status: 200,
    body: {
      data: [template('odd', { state: 'rejected', reason: 'SCAM', fillable: false })],
      has_more: false,
      next: null,
    },
  };
  expect(await run('acc_1')).toBe(0);
  expect(out).toEqual([
    'ready  fr  utility  approved',
    '  Order {{1}} is ·[31mhere',
    '  takes header image, {{1}}, button 1 url “Track”',
    'odd  fr  utility  rejected (SCAM)',
    '  Bonjour',
    '  content of kind template does not fill all of it',
  ]);
});

test('none, asked for anew', async () => {
  answers['/v1/accounts/acc_1/templates?limit=100&refresh=true'] = {
    status: 200,
    body: { data: [], has_more: false, next: null },
  };
  expect(await run('acc_1', '--refresh')).toBe(0);
  expect([out, notes]).toEqual([[], ['The platform has no templates of this account']]);
  expect(asked).toHaveLength(1);
});

test('what the gateway refuses is said, and is a failure', async () => {
  expect(await run('acc_1')).toBe(1);
  expect(notes).toEqual(['404: nothing there']);
});
