import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../gateway/ports.ts';
import type { TestGateway } from '../gateway/gateway.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = fileURLToPath(new URL('../../gateway/cli/passerelle.js', import.meta.url));

/** A process of the tests and what it printed. */
export class Ran {
  readonly child: ChildProcess;
  output = '';
  errors = '';

  constructor(words: readonly string[], env: Record<string, string>, interpreter = process.execPath) {
    this.child = spawn(interpreter, [...words], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until it printed something; fails with what it said if it ends before. */
  async says(text: string): Promise<this> {
    await until(`"${text}"`, () => {
      if (this.output.includes(text) || this.errors.includes(text)) return true;
      if (this.ended) throw new Error(`it ended: ${this.output}${this.errors}`);
      return false;
    });
    return this;
  }

  async exit(): Promise<number | null> {
    if (!this.ended) await new Promise((resolve) => this.child.once('exit', resolve));
    return this.child.exitCode;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.ended) this.child.kill(signal);
    return this.exit();
  }
}

const envOf = (gateway: TestGateway, more: Record<string, string> = {}): Record<string, string> => ({
  HOME: gateway.dataFolder,
  PASSERELLE_DATA: gateway.dataFolder,
  PASSERELLE_ALLOWED_NETWORKS: '127.0.0.0/8',
  PASSERELLE_LOG_LEVEL: 'info',
  ...more,
});

/** `passerelle …` beside a gateway. */
export const passerelle = (
  gateway: TestGateway,
  words: readonly string[],
  env: Record<string, string> = {},
): Ran => new Ran([program, ...words], envOf(gateway, env));

/** What a connector of that name gets onto the bus with. */
export async function addressFor(gateway: TestGateway, name: string): Promise<string> {
  const ran = passerelle(gateway, ['connector', 'token', name]);
  if ((await ran.exit()) !== 0) throw new Error(`no token: ${ran.errors}`);
  return ran.output.trim();
}
