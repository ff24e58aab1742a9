import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs a command that must not outlive us, also when we are killed: standard input is a pipe from this process, and its end
 * (the kernel closes it, whatever became of us) ends the command, within 5 s by force. First line of output: the pid.
 */
const script = `
exec 3<&0 </dev/null
"$@" 3<&- >/dev/null &
server=$!
echo "$server"
(
  while read -r line <&3; do :; done
  kill -TERM "$server"
  for i in 1 2 3 4 5; do
    sleep 1
    kill -0 "$server" || exit 0
  done
  kill -KILL "$server"
) >/dev/null 2>&1 &
guard=$!
wait "$server"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
`;

export interface Guarded {
  pid: number;
  /** Resolves when the command, or the watchdog itself, is gone; with the last line of the error output. */
  exited: Promise<{ code: number | null; lastLine: string }>;
  /** Ends the command; `exited` tells when. */
  end(): void;
}

export interface GuardedOptions {
  /** A line of the command's error output. */
  onLine(line: string): void;
}

/** Starts a command under the watchdog, in a session of its own: an interrupt typed at the terminal is for the gateway to handle. */
export async function runGuarded(command: readonly string[], { onLine }: GuardedOptions): Promise<Guarded> {
  const child = spawn('/bin/sh', ['-c', script, 'passerelle-watchdog', ...command], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
  });
  let lastLine = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLine = line;
    onLine(line);
  });
  child.stdin.on('error', () => undefined);
  const exited = new Promise<{ code: number | null; lastLine: string }>((resolve) => {
    child.once('error', () => resolve({ code: null, lastLine }));
    child.once('exit', (code) => {
      // Where only the watchdog was killed, its guard ends the command now; the command holds the error output until then.
      child.stdin.destroy();
      const settle = () => resolve({ code, lastLine });
      const patience = setTimeout(settle, 7000);
      child.once('close', () => {
        clearTimeout(patience);
        settle();
      });
    });
  });
  const first = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => []),
  ]);
  return { pid: Number(first[0]), exited, end: () => child.stdin.destroy() };
}
