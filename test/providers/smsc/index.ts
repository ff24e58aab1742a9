import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Say, SmscBehaviour, SmscCommand, SmscState } from './protocol.ts';

export type { Say, SmscBehaviour, SmscState } from './protocol.ts';

/**
 * A test SMSC in a process of its own. In short:
 *
 *     const smsc = await startSmsc();                     // system_id `passerelle`, password `secret-pw`, host 127.0.0.1
 *     account config: { host: '127.0.0.1', port: smsc.port }, setting allowedNetworks: ['127.0.0.0/8']
 *     await smsc.say({ from: '+33639980001', to: '+33639980100', text: 'bonjour' });   // a consumer writes
 *     await smsc.until((state) => state.shown.some(({ text }) => text === 'hello'));   // what phones show
 *     await smsc.set({ statuses: [0x58, 0x58] });         // the next two submits are throttled; more in protocol.ts
 *     await smsc.stop();
 *
 * It sends a delivery receipt (DELIVRD) for all it takes, unless told otherwise, keeps deliver_sm until they are acknowledged, and repeats them
 * after a reconnection.
 */
export interface SmscProcess {
  port: number;
  pid: number;
  say(say: Say): Promise<SmscState>;
  set(behaviour: Partial<SmscBehaviour>): Promise<SmscState>;
  state(): Promise<SmscState>;
  command(command: SmscCommand): Promise<SmscState>;
  /** Asks for the state until it satisfies `holds`; rejects after `timeoutMs` (10,000) with what it saw last. */
  until(holds: (state: SmscState) => boolean, timeoutMs?: number): Promise<SmscState>;
  stop(): Promise<void>;
}

export async function startSmsc(behaviour: Partial<SmscBehaviour> = {}, port = 0): Promise<SmscProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  child.stdin.on('error', () => {}); // it may have ended
  const answers = new Map<number, (state: SmscState) => void>();
  let count = 0;
  const listening = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as { port?: number; id?: number; state?: SmscState };
    if (told.port !== undefined) listening.resolve(told.port);
    if (told.id === undefined || !told.state) return;
    answers.get(told.id)?.(told.state);
    answers.delete(told.id);
  });
  void exited.then(() => listening.reject(new Error('the SMSC did not start')));

  const command = (of: SmscCommand): Promise<SmscState> =>
    new Promise((resolve, reject) => {
      const id = ++count;
      answers.set(id, resolve);
      void exited.then(() => reject(new Error('the SMSC has ended')));
      child.stdin.write(`${JSON.stringify({ id, ...of })}\n`);
    });
  const smsc: SmscProcess = {
    port: await listening.promise,
    pid: child.pid!,
    command,
    say: (say) => command({ do: 'say', ...say }),
    set: (changed) => command({ do: 'set', behaviour: changed }),
    state: () => command({ do: 'state' }),
    async until(holds, timeoutMs = 10_000) {
      for (const endMs = Date.now() + timeoutMs; ; await sleep(15)) {
        const state = await smsc.state();
        if (holds(state)) return state;
        if (Date.now() > endMs) throw new Error(`the SMSC never came there: ${JSON.stringify(state)}`);
      }
    },
    async stop() {
      child.stdin.end();
      const killing = setTimeout(() => child.kill('SIGKILL'), 2000);
      await exited;
      clearTimeout(killing);
    },
  };
  if (Object.keys(behaviour).length) await smsc.set(behaviour);
  return smsc;
}
