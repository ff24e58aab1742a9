import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { SettingProblem } from '../settings.ts';

export interface DataLock {
  release(): void;
}

/** SQLite's own codes for "someone else has it" (https://sqlite.org/rescode.html). */
const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);

/**
 * Two gateways on one data folder would send everything twice. The lock is the operating system's, held by SQLite on a file of
 * its own: it is gone with the process, however that ended, and no pid of a dead one can keep a folder locked.
 */
export function lockDataFolder(
  dataFolder: string,
  /** What is locked of it: the processes of one gateway have a lock each. */
  part = 'gateway',
): { ok: true; lock: DataLock } | { ok: false; problem: SettingProblem } {
  const pidFile = join(dataFolder, `${part}.pid`);
  const database = new Database(join(dataFolder, `${part}.lock`), { timeout: 0 });
  try {
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    return { ok: false, problem: inUse(dataFolder, pidFile) };
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return { ok: true, lock: { release: () => void database.close() } };
}

function inUse(dataFolder: string, pidFile: string): SettingProblem {
  let holder = '';
  try {
    holder = ` (process ${readFileSync(pidFile, 'utf8').trim()})`;
  } catch {
    // It has the lock and has not yet written its pid.
  }
  return {
    setting: 'PASSERELLE_DATA',
    problem: `${dataFolder} is in use by another gateway${holder}`,
    mend: 'stop that one, or set PASSERELLE_DATA to another folder',
  };
}
