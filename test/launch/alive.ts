import { readFile } from 'node:fs/promises';

/** Whether a process runs; one that is dead but not yet waited for doesn't. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  return status !== undefined && !/^State:\s+[ZX]/m.test(status);
}
