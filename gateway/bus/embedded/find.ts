import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SettingProblem } from '../../settings.ts';
import { findProgram, installDebianPackages } from './debian.ts';

const run = promisify(execFile);

/** JetStream as the gateway uses it: what Debian 12 ships and later. */
const oldest = [2, 9, 0] as const;

export interface NatsServerProgram {
  path: string;
  version: string;
}

export type Found = { ok: true; program: NatsServerProgram } | { ok: false; problem: SettingProblem };

/** Whether a version such as `2.9.10` or `2.12.0-RC.1` is at least another. */
export function isAtLeast(version: string, least: readonly [number, number, number]): boolean {
  const parts = version.split(/[.-]/).slice(0, 3).map(Number);
  for (const [i, wanted] of least.entries()) {
    const part = parts[i] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** What is wrong with a version, if anything. `where` goes into the line: a path or an address. */
export function versionProblem(setting: string, where: string, version: string): SettingProblem | undefined {
  if (isAtLeast(version, oldest)) return undefined;
  return {
    setting,
    problem: `leads to nats-server ${version} (${where}), which is too old`,
    mend: `install nats-server ${oldest.join('.')} or newer (https://github.com/nats-io/nats-server/releases) and set ${setting} to it`,
  };
}

async function check(path: string): Promise<Found> {
  const said = await run(path, ['--version'], { timeout: 10_000 }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const version = /\bv?(\d+\.\d+\.\d+\S*)/.exec(said)?.[1];
  if (!version) {
    const mend =
      'set it to the path of a nats-server program, or unset it to have one looked for on the PATH';
    return {
      ok: false,
      problem: {
        setting: 'NATS_SERVER_BIN',
        problem: `leads to ${path}, which doesn't run as a nats-server`,
        mend,
      },
    };
  }
  const problem = versionProblem('NATS_SERVER_BIN', path, version);
  return problem ? { ok: false, problem } : { ok: true, program: { path, version } };
}

export interface FindOptions {
  /** NATS_SERVER_BIN: used, and nothing else, where it is set. */
  bin?: string | undefined;
  programFolders: readonly string[];
  /** Whether a missing one may be installed. */
  install: boolean;
  /** Told before an installation begins, which takes a while. */
  onInstall?: () => void;
}

/** Finds a nats-server that is new enough, installs it where that needs no question, or says in one line what to do. */
export async function findNatsServer({
  bin,
  programFolders,
  install,
  onInstall,
}: FindOptions): Promise<Found> {
  if (bin) return check(bin);
  const found = await findProgram('nats-server', programFolders);
  if (found) return check(found);
  if (install) {
    if (process.getuid?.() === 0 && (await findProgram('apt-get', programFolders))) onInstall?.();
    await installDebianPackages({ packages: ['nats-server'], programFolders });
    const installed = await findProgram('nats-server', programFolders);
    if (installed) return check(installed);
  }
  return {
    ok: false,
    problem: {
      setting: 'NATS_SERVER_BIN',
      problem: 'is unset and no nats-server is on the PATH',
      mend: 'install it (Debian: apt-get install nats-server; macOS: brew install nats-server; others: https://github.com/nats-io/nats-server/releases), or set NATS_URL to a running one',
    },
  };
}
