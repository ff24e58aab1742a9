import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark: its first line, and an answer to each question. */
export interface Program {
  first: string;
  ask(): Promise<string>;
  end(): void;
}

export async function startProgram(file: string, args: string[] = []): Promise<Program> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  return {
    first: await line(),
    ask: () => {
      child.stdin!.write('\n');
      return line();
    },
    end: () => child.stdin!.end(),
  };
}
