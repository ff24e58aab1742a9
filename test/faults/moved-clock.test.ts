import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

let folder: string;
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = `
  process.stdin.on('data', () => console.log(JSON.stringify({
    now: Date.now(), made: new Date().getTime(), said: Date.parse(Date()), fixed: new Date(7).getTime(),
    known: new Date() instanceof Date, utc: Date.UTC(1970, 0, 2), steady: performance.timeOrigin + performance.now(),
  })));
  console.log('{}');
`;

test('the wall clock of a process jumps both ways, in whatever form it is asked; the steady clock does not', async () => {
  folder = await mkdtemp(join(tmpdir(), 'passerelle-clock-'));
  const file = join(folder, 'clock');
  await writeFile(file, '0');
  const module = new URL('moved-clock.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', module, '--eval', program], {
    env: { ...process.env, FAULTS_CLOCK: file },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const ask = async () => {
      child.stdin.write('\n');
      return JSON.parse(String((await lines.next()).value)) as Record<string, number>;
    };
    for (const offsetMs of [3_600_000, -900_000, 0]) {
      await writeFile(file, String(offsetMs));
      let told = await ask();
      for (
        let tries = 0;
        tries < 500 && Math.abs(told['now']! - told['steady']! - offsetMs) > 60_000;
        tries++
      ) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        told = await ask();
      }
      for (const form of ['now', 'made', 'said'])
        expect(Math.abs(told[form]! - told['steady']! - offsetMs), form).toBeLessThan(60_000);
      expect(Math.abs(told['steady']! - Date.now())).toBeLessThan(60_000);
      expect([told['fixed'], told['known'], told['utc']]).toEqual([7, true, 86_400_000]);
    }
  } finally {
    child.kill('SIGKILL');
  }
});
