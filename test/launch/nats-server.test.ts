import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NatsServer } from '../../gateway/bus/embedded/server.ts';
import { startNatsServer } from '../../gateway/bus/embedded/server.ts';
import { SettingError, readSettings } from '../../gateway/settings.ts';
import { isAlive } from './alive.ts';
import { memoryLog } from './memory-log.ts';

let dataFolder: string;
let server: NatsServer | undefined;
const spawned: number[] = [];

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'psr-nats-'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  for (const pid of spawned.splice(0)) if (await isAlive(pid)) process.kill(pid, 'SIGKILL');
  await rm(dataFolder, { recursive: true, force: true });
});

const programFolders = (() => {
  const read = readSettings();
  return read.ok ? read.settings.programFolders : [];
})();
const log = memoryLog();
const start = async (options: { bin?: string; programFolders?: string[] } = {}) =>
  (server = await startNatsServer({ dataFolder, programFolders, log, ...options }));
const client = ({ url, token }: NatsServer) =>
  connect({ servers: url, token, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
const gone = (pid: number) =>
  vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), { timeout: 10_000, interval: 50 });

test('it listens on loopback, under a token that is in a file for the owner alone', async () => {
  const { url, token, pid } = await start();
  expect(url).toMatch(/^nats:\/\/127\.0\.0\.1:2\d{4}$/);
  await expect(connect({ servers: url, reconnect: false })).rejects.toThrow(/authorization/i);
  await (await connect({ servers: url, token })).close();
  const config = join(dataFolder, 'nats', 'nats-server.conf');
  expect((await stat(config)).mode & 0o777).toBe(0o600);
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(token);
});

test('killed, it comes back on the same port with its store', async () => {
  const running = await start();
  const connection = await client(running);
  const streams = await jetstreamManager(connection);
  await streams.streams.add({ name: 'kept', subjects: ['kept.>'] });
  await jetstream(connection).publish('kept.one', 'payload', { msgID: 'one' });
  const exits = vi.fn<() => void>();
  running.onExit(exits);
  const { pid, url } = running;
  for (const round of [1, 2, 3]) {
    const before = running.pid;
    process.kill(before, 'SIGKILL');
    await vi.waitFor(() => expect(running.pid).not.toBe(before), { timeout: 15_000, interval: 20 });
    expect(exits).toHaveBeenCalledTimes(round);
  }
  expect(running.url).toBe(url);
  await vi.waitFor(async () => expect((await streams.streams.info('kept')).state.messages).toBe(1), {
    timeout: 10_000,
  });
  await connection.close();
  expect(await isAlive(pid)).toBe(false);
});

test('it comes back when its watchdog is killed, and the old one is not left behind', async () => {
  const running = await start();
  const before = running.pid;
  const watchdog = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${before}/status`, 'utf8'))?.[1]);
  process.kill(watchdog, 'SIGKILL');
  await vi.waitFor(() => expect(running.pid).not.toBe(before), { timeout: 15_000, interval: 20 });
  expect(await isAlive(before)).toBe(false);
  await (await client(running)).close();
});

test('stopped, it is gone, also where it had stopped answering', async () => {
  const { pid } = await start();
  process.kill(pid, 'SIGSTOP');
  await server?.stop();
  expect(await isAlive(pid)).toBe(false);
});

async function gatewayStandIn(): Promise<{ gateway: number; nats: number }> {
  const file = new URL('./gateway-stand-in.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const nats = Number(String(line));
  spawned.push(child.pid!, nats);
  return { gateway: child.pid!, nats };
}

test.each(['SIGKILL', 'SIGTERM'] as const)('a gateway that ends by %s takes it along', async (signal) => {
  const { gateway, nats } = await gatewayStandIn();
  expect(await isAlive(nats)).toBe(true);
  process.kill(gateway, signal);
  await gone(gateway);
  await gone(nats);
});

test('a server that was left behind all the same is ended at the next start', async () => {
  const { gateway, nats } = await gatewayStandIn();
  const watchdog = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${nats}/status`, 'utf8'))?.[1]);
  // Watchdog, its guard and the gateway: everyone but the server.
  const guard = Number(
    (await readFile(`/proc/${watchdog}/task/${watchdog}/children`, 'utf8'))
      .trim()
      .split(' ')
      .find((pid) => Number(pid) !== nats),
  );
  for (const pid of [guard, watchdog, gateway]) process.kill(pid, 'SIGKILL');
  await gone(gateway);
  expect(await isAlive(nats)).toBe(true);
  await start();
  expect(await isAlive(nats)).toBe(false);
});

test('a stale pid that is now someone else’s is left alone', async () => {
  await (await start()).stop();
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  spawned.push(other.pid!);
  await writeFile(join(dataFolder, 'nats', 'nats-server.pid'), String(other.pid));
  await start();
  expect(await isAlive(other.pid!)).toBe(true);
});

const refusal = async (options: { bin?: string; programFolders?: string[] }) => {
  const error: unknown = await start(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SettingError);
  const { message } = error as SettingError;
  expect(message).not.toContain('\n');
  return message;
};

async function fakeServer(script: string): Promise<string> {
  const bin = join(dataFolder, 'fake-nats-server');
  await writeFile(bin, `#!/bin/sh\n${script}\n`);
  await chmod(bin, 0o755);
  return bin;
}

test('a too old one is refused in one line', async () => {
  const bin = await fakeServer('echo "nats-server: v2.8.4"');
  expect(await refusal({ bin })).toMatch(
    /^NATS_SERVER_BIN leads to nats-server 2\.8\.4 .*too old: install nats-server 2\.9\.0 or newer/,
  );
});

test('one that is no nats-server is refused in one line', async () => {
  expect(await refusal({ bin: await fakeServer('exit 3') })).toMatch(
    /^NATS_SERVER_BIN leads to .* doesn't run as a nats-server: set it/,
  );
  expect(await refusal({ bin: join(dataFolder, 'missing') })).toMatch(/^NATS_SERVER_BIN leads to /);
});

test('one that will not start says why in one line', async () => {
  const bin = await fakeServer(
    '[ "$1" = --version ] && echo "nats-server: v2.10.1" && exit\necho "[1] [FTL] the store is odd" >&2; exit 1',
  );
  expect(await refusal({ bin })).toMatch(
    /^PASSERELLE_DATA holds a NATS store .*it says: \[FTL\] the store is odd\): move .* away/,
  );
});

test('nowhere to be found and nothing to install it with: one line that says what to do', async () => {
  expect(await refusal({ programFolders: [dataFolder] })).toMatch(
    /^NATS_SERVER_BIN is unset and no nats-server is on the PATH: install it \(Debian: apt-get install nats-server/,
  );
});
