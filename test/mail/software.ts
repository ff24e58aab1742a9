import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian puts mail servers where an ordinary user's PATH doesn't look. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Path of a program, or an error that says what to install: a missing program is a failure, never a skip. */
export function programPath(name: string, debianPackage: string): string {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not here
    }
  }
  throw new Error(`${name} is not on the PATH: install Debian's package ${debianPackage}`);
}

export interface Ended {
  code: number | null;
  output: string;
}

/** Runs a program to its end; ends it by its id when that takes too long. */
export function run(
  path: string,
  args: string[],
  options: { input?: string | Uint8Array; timeoutMs?: number } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(chunks).toString('latin1') });
    });
  });
}

/** Sends one mail with swaks, Debian's SMTP test client, and returns the whole dialogue. */
export function swaks(port: number, args: string[], input?: string | Uint8Array): Promise<Ended> {
  return run(
    programPath('swaks', 'swaks'),
    ['--server', '127.0.0.1', '--port', String(port), '--ehlo', 'client.example', ...args],
    input === undefined ? {} : { input },
  );
}
