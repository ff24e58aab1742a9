import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';

/** A process under test, with what it printed. */
export interface Launched {
  child: ChildProcess;
  output(): string;
  errors(): string;
  /** Resolves with the exit code; null after a signal. */
  exited: Promise<number | null>;
  /** Waits for a pattern in the output and gives its first group. */
  shows(pattern: RegExp): Promise<string>;
}

const running = new Set<ChildProcess>();

/** Starts a TypeScript file with the settings given and none of ours inherited. */
export function launch(file: URL, args: readonly string[], settings: Record<string, string> = {}): Launched {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(PASSERELLE_|PORT$|NATS_|DATABASE_URL$|NO_COLOR$|FORCE_COLOR$|npm_lifecycle_event$)/.test(name),
  );
  const child = spawn(process.execPath, [file.pathname, ...args], {
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const shows = (pattern: RegExp) =>
    vi.waitFor(
      () => {
        const found = pattern.exec(output);
        if (!found) throw new Error(`not shown: ${pattern}\n${output}\n${errors}`);
        return found[1] ?? found[0];
      },
      { timeout: 15_000, interval: 20 },
    );
  return { child, output: () => output, errors: () => errors, exited, shows };
}

/** For `afterEach`: ends what a failed test left. */
export async function endLaunched(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}
