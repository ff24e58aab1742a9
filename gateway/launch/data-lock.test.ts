import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from './data-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'psr-lock-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('one at a time, also within one process, and free again after release', () => {
  const first = lockDataFolder(folder);
  expect(first.ok).toBe(true);
  const second = lockDataFolder(folder);
  expect(second).toMatchObject({
    ok: false,
    problem: { setting: 'PASSERELLE_DATA', problem: expect.stringContaining(`process ${process.pid}`) },
  });
  if (first.ok) first.lock.release();
  const third = lockDataFolder(folder);
  expect(third.ok).toBe(true);
  if (third.ok) third.lock.release();
});

test('a pid file that a dead gateway left locks nothing, whoever has that pid now', async () => {
  await writeFile(join(folder, 'gateway.pid'), `${process.pid}\n`);
  const lock = lockDataFolder(folder);
  expect(lock.ok).toBe(true);
  if (lock.ok) lock.lock.release();
});
