import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The words a process was started with; empty where there is none. Linux has them in /proc (proc(5)), others ask ps(1). */
async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (fromProc !== undefined) return fromProc.replaceAll('\0', ' ');
  if (process.platform === 'linux') return '';
  return run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
};

/**
 * Ends the process if it really is the server of this configuration file: a pid may long since be someone else's.
 * True where there was one to end.
 */
export async function endServer(pid: number, configFile: string): Promise<boolean> {
  const isOurs = async () => (await commandOf(pid)).includes(configFile);
  if (!(await isOurs())) return false;
  signal(pid, 'SIGTERM');
  for (let i = 0; i < 50 && (await isOurs()); i++) await wait(100);
  if (await isOurs()) signal(pid, 'SIGKILL');
  for (let i = 0; i < 20 && (await isOurs()); i++) await wait(100);
  return true;
}

/** Ends a server that an earlier gateway of this data folder left behind. The caller holds the folder's lock. */
export async function endStaleServer(pidFile: string, configFile: string): Promise<boolean> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  const ended = Number.isSafeInteger(pid) && pid > 1 && (await endServer(pid, configFile));
  await rm(pidFile, { force: true });
  return ended;
}
