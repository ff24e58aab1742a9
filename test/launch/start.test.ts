import { chmod, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isAlive } from './alive.ts';
import { endLaunched, launch } from './launched.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'psr-start-'));
});

afterEach(async () => {
  await endLaunched();
  await rm(folder, { recursive: true, force: true });
});

const standIn = new URL('./start-stand-in.ts', import.meta.url);
const begin = (settings: Record<string, string> = {}, manner = 'plain') =>
  launch(standIn, [manner], { PORT: '0', PASSERELLE_DATA: join(folder, 'data'), ...settings });
const ready = /is ready at (\S+)/;

/** Starts with settings that cannot work: the lines printed, after checking what is true of all of them. */
async function refusal(settings: Record<string, string>): Promise<string[]> {
  const launched = begin(settings);
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toBe('');
  expect(launched.errors()).not.toMatch(/^\s+at /m);
  return launched.errors().trimEnd().split('\n');
}

test('a start prints its banner once, without colours where nobody sees them', async () => {
  const launched = begin();
  await launched.shows(/curl http\S+/);
  launched.child.kill('SIGTERM');
  expect(await launched.exited).toBe(0);
  expect(launched.output().match(/is ready at/g)).toHaveLength(1);
  // oxlint-disable-next-line no-control-regex -- looks for an escape sequence
  expect(launched.output()).not.toMatch(/\u001b/);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops accepting and finishes what is in hand',
  async (signal) => {
    const launched = begin();
    const url = await launched.shows(ready);
    const inHand = fetch(url, { headers: { connection: 'close' } }).then((response) => response.text());
    await wait(150);
    // npm passes an interrupt on a second time.
    launched.child.kill(signal);
    launched.child.kill(signal);
    await vi.waitFor(() => expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } }));
    expect(await inHand).toBe('finished');
    expect(await launched.exited).toBe(0);
  },
);

test('what hangs is left behind within 10 s', async () => {
  const launched = begin({}, 'hang');
  await launched.shows(ready);
  const sinceMs = performance.now();
  launched.child.kill('SIGTERM');
  expect(await launched.exited).toBe(1);
  expect(performance.now() - sinceMs).toBeLessThan(10_000);
});

test('a second signal leaves at once', async () => {
  const launched = begin({}, 'hang');
  await launched.shows(ready);
  launched.child.kill('SIGTERM');
  await wait(1200);
  launched.child.kill('SIGINT');
  expect(await launched.exited).toBe(1);
  expect(launched.errors()).toContain('second signal');
});

test('killed, npm takes along what it started', async () => {
  const file = new URL('./npm-stand-in.ts', import.meta.url);
  const npm = launch(file, [standIn.pathname], {
    PORT: '0',
    PASSERELLE_DATA: join(folder, 'data'),
    npm_lifecycle_event: 'start',
  });
  const pid = Number(await npm.shows(/started (\d+)/));
  await npm.shows(ready);
  npm.child.kill('SIGKILL');
  await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), { timeout: 10_000, interval: 50 });
});

test('a bug ends the process, and the log tells where but not what', async () => {
  const launched = begin({}, 'crash');
  expect(await launched.exited).toBe(1);
  expect(launched.errors()).toContain('gateway.unhandled_rejection');
  expect(launched.errors()).not.toContain('what a consumer wrote');
});

test('a second start shows the test key again, which only its owner can read', async () => {
  const first = begin();
  await first.shows(/Data is kept in/);
  first.child.kill('SIGTERM');
  await first.exited;
  const second = begin({}, 'again');
  await second.shows(/Test key {3}test_key[^]*Data found in/);
  expect((await stat(join(folder, 'data', 'first-run.json'))).mode & 0o777).toBe(0o600);
});

test('what a connector cannot start with: one line', async () => {
  const launched = begin({}, 'refuse');
  expect(await launched.exited).toBe(1);
  expect(launched.errors()).toBe(
    'The gateway could not start: Port 2525 of a connector is taken: set PASSERELLE_SOME_PORT\n',
  );
});

test('wrong settings: one line each', async () => {
  expect(await refusal({ PORT: 'eighty', PASSERELLE_MASTER_KEY: 'short', PASSERELLE_DTA: 'x' })).toEqual([
    'PORT is no port number: set it to a number from 1 to 65535, or 0 for any free port',
    expect.stringMatching(/^PASSERELLE_MASTER_KEY is no key of 32 bytes: /),
    'PASSERELLE_DTA is no setting of the gateway: correct its name or unset it',
  ]);
});

test('a taken port: one line', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await refusal({ PORT: String(port) })).toEqual([
    `PORT ${port} is taken: set PORT to a free one, or to 0 for any`,
  ]);
  other.close();
});

test('a host that is none of this machine: one line', async () => {
  expect(await refusal({ PASSERELLE_HOST: '192.0.2.1' })).toEqual([
    expect.stringMatching(/^PASSERELLE_HOST 192\.0\.2\.1 can't be listened on .*: set PASSERELLE_HOST to /),
  ]);
});

test('an unwritable folder: one line', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const data of [join(file, 'data'), '/proc/passerelle']) {
    expect(await refusal({ PASSERELLE_DATA: data })).toEqual([
      expect.stringMatching(/^PASSERELLE_DATA \S+ can't be written \(E[A-Z]+\): set PASSERELLE_DATA to /),
    ]);
  }
});

test('a damaged database: one line', async () => {
  const file = join(folder, 'passerelle.sqlite');
  await writeFile(
    file,
    'this is no database, but it is long enough to be looked at as if it were one'.repeat(20),
  );
  const line = expect.stringMatching(
    /^PASSERELLE_DATA holds a damaged database, \S+passerelle\.sqlite \([^)]+\): put a copy /,
  );
  expect(await refusal({ PASSERELLE_DATA: folder })).toEqual([line]);
  await rm(file);
  const database = new Database(file);
  database.exec('CREATE TABLE words (word TEXT); CREATE INDEX by_word ON words (word)');
  const insert = database.prepare('INSERT INTO words VALUES (?)');
  for (let i = 0; i < 2000; i++) insert.run(`word ${i} ${'x'.repeat(40)}`);
  const size = database.pragma('page_size', { simple: true }) as number;
  const pages = database.pragma('page_count', { simple: true }) as number;
  database.close();
  const handle = await open(file, 'r+');
  for (let page = 2; page < pages; page += 3)
    await handle.write(Buffer.alloc(size, 0x5a), 0, size, page * size);
  await handle.close();
  expect(await refusal({ PASSERELLE_DATA: folder })).toEqual([line]);
});

test('a nats-server that is too old, or nowhere: one line', async () => {
  const bin = join(folder, 'old');
  await writeFile(bin, '#!/bin/sh\necho "nats-server: v2.1.9"\n');
  await chmod(bin, 0o755);
  expect(await refusal({ NATS_SERVER_BIN: bin })).toEqual([
    expect.stringMatching(/^NATS_SERVER_BIN leads to nats-server 2\.1\.9 .* too old: install /),
  ]);
  expect(await refusal({ NATS_SERVER_BIN: join(folder, 'none') })).toEqual([
    expect.stringMatching(/^NATS_SERVER_BIN leads to /),
  ]);
});

test('a NATS_URL where nobody answers: one line, without its password', async () => {
  const lines = await refusal({ NATS_URL: 'nats://user:hidden-word@127.0.0.1:1' });
  expect(lines).toEqual([
    expect.stringMatching(/^NATS_URL leads to no NATS server that answers \(127\.0\.0\.1:1\): start /),
  ]);
});

test('a second gateway on the same folder is refused, and a killed one leaves nothing in the way', async () => {
  const first = begin();
  await first.shows(ready);
  expect(await refusal({})).toEqual([
    expect.stringMatching(
      new RegExp(
        `^PASSERELLE_DATA \\S+ is in use by another gateway \\(process ${first.child.pid}\\): stop that one`,
      ),
    ),
  ]);
  first.child.kill('SIGKILL');
  await first.exited;
  const second = begin();
  await second.shows(ready);
  second.child.kill('SIGTERM');
  expect(await second.exited).toBe(0);
});
