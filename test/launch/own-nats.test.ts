import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from '../../gateway/bus/embedded/debian.ts';
import { TestGateway } from '../gateway/gateway.ts';
import { freePort, until } from '../gateway/ports.ts';

let nats: ChildProcess;
let folder: string;
let gateway: TestGateway;

beforeAll(async () => {
  const program = await findProgram('nats-server', [
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
    ...(process.env['PATH'] ?? '').split(':'),
  ]);
  if (!program) throw new Error('nats-server is missing: install Debian package nats-server');
  folder = await mkdtemp(join(tmpdir(), 'passerelle-nats-'));
  const port = await freePort();
  nats = spawn(program, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder], { stdio: 'ignore' });
  gateway = await until(
    'a gateway on a NATS of its own',
    () => TestGateway.start({ NATS_URL: `nats://127.0.0.1:${port}` }).catch(() => undefined),
    30_000,
  );
});

afterAll(async () => {
  await gateway?.stop();
  nats?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('with NATS_URL set no nats-server is started, and messages flow', async () => {
  expect((await readdir(gateway.dataFolder)).filter((name) => /nats/i.test(name))).toEqual([]);
  expect(gateway.logs).not.toContain('nats_server.started');
  const merchant = await gateway.merchant('Acme', 'test');
  await merchant.account('sandbox', {}, { secret: 'a-secret-of-the-tests' });
  const id = await merchant.send('sandbox:ada', { kind: 'text', text: 'Hello' });
  const event = await merchant.receiver.event('delivery.updated', ({ data }) => data.message_id === id);
  expect(event.data.state).toBe('delivered');
  await merchant.receiver.close();
});
