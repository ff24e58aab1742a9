import type { SettingProblem, Settings } from '../settings.ts';
import { checkDataFolder, checkDatabase, checkNats, checkPort } from './checks.ts';
import type { DataLock } from './data-lock.ts';
import { lockDataFolder } from './data-lock.ts';

export interface PreflightOptions {
  /** Told before a nats-server is installed, which takes a while. */
  onInstall: () => void;
}

export type Cleared = { ok: true; lock: DataLock } | { ok: false; problems: SettingProblem[] };

/**
 * Looks at everything outside ourselves that a start depends on, before anything is started, and takes the data folder.
 * All that is wrong comes at once; what depends on the data folder is not looked at where that is not ours.
 */
export async function preflight(settings: Settings, { onInstall }: PreflightOptions): Promise<Cleared> {
  const [folder, port, nats] = await Promise.all([
    checkDataFolder(settings),
    checkPort(settings),
    checkNats(settings, true, onInstall),
  ]);
  const others = [port, nats].filter((problem) => problem !== undefined);
  if (folder) return { ok: false, problems: [folder, ...others] };
  const locked = lockDataFolder(settings.dataFolder);
  if (!locked.ok) return { ok: false, problems: [locked.problem, ...others] };
  const database = await checkDatabase(settings);
  const problems = [...(database ? [database] : []), ...others];
  if (problems.length === 0) return { ok: true, lock: locked.lock };
  locked.lock.release();
  return { ok: false, problems };
}
