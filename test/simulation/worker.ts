import { parentPort } from 'node:worker_threads';
import { SimulatedLedger } from './ledger.ts';
import { isSound } from './result.ts';
import type { SimulationResult } from './result.ts';
import { simulate } from './simulate.ts';

/** What a worker says of a seed: the result, with its history only where something was found; or the bug that ended it. */
export type Said = { result: SimulationResult } | { seed: number; bug: string };

// Simulates the seeds that it is given, one after the other: time is a process's own, so no two can share one.
const port = parentPort!;
const ledger = new SimulatedLedger();
let queue: Promise<void> = Promise.resolve();

port.on('message', (seed: number | 'end') => {
  queue = queue.then(async () => {
    if (seed === 'end') {
      await ledger.close();
      port.close();
      return;
    }
    port.postMessage(await one(seed));
  });
});

async function one(seed: number): Promise<Said> {
  try {
    const result = await simulate(seed, ledger);
    return { result: isSound(result) ? { ...result, history: [] } : result };
  } catch (error) {
    return { seed, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
