import { execFile } from 'node:child_process';
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first executable file of that name in the folders. */
export async function findProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

/** Debian asks this program before a package starts its service; 101 forbids it (invoke-rc.d(8)). */
const policyFile = '/usr/sbin/policy-rc.d';

async function withoutServices<T>(action: () => Promise<T>): Promise<T> {
  const ours = await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { flag: 'wx', mode: 0o755 }).then(
    () => true,
    () => false,
  );
  try {
    return await action();
  } finally {
    if (ours) await rm(policyFile, { force: true });
  }
}

export interface Installation {
  packages: readonly string[];
  programFolders: readonly string[];
  /** Answers for debconf(1), one a line. */
  answers?: string;
}

/**
 * Installs Debian packages where that needs no question: apt-get is there and we are root. No service is started, nor at the
 * next boot. `unable`: not such a machine. `failed`: it was tried.
 */
export async function installDebianPackages({
  packages,
  programFolders,
  answers,
}: Installation): Promise<'installed' | 'unable' | 'failed'> {
  const aptGet = await findProgram('apt-get', programFolders);
  if (!aptGet || process.getuid?.() !== 0) return 'unable';
  const env = { PATH: programFolders.join(':'), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const options = { env, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };
  const apt = (...args: string[]) =>
    run(aptGet, ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], options);
  const install = () => apt('install', '--no-install-recommends', ...packages);
  try {
    if (answers) await preseed(answers, programFolders, env);
    // The package lists of a fresh container are empty: the first try says so at once.
    await withoutServices(() => install().catch(() => apt('update').then(install)));
    await disableServices(packages, programFolders, env);
    return 'installed';
  } catch {
    return 'failed';
  }
}

async function preseed(answers: string, folders: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const program = await findProgram('debconf-set-selections', folders);
  if (!program) return;
  const running = run(program, [], { env, timeout: 30_000 });
  running.child.stdin?.end(`${answers}\n`);
  await running;
}

/** A package enables its service for the next boot. Units are named like their packages; those that have none are no failure. */
async function disableServices(
  packages: readonly string[],
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const systemctl = await findProgram('systemctl', folders);
  if (!systemctl) return;
  for (const name of packages)
    await run(systemctl, ['disable', name], { env, timeout: 30_000 }).catch(() => undefined);
}
