import type { Bus } from './bus/port.ts';
import { ReplayRunner } from './replay/runner.ts';
import type { RunnerOptions } from './replay/runner.ts';
import { Erasures } from './retention/erasures.ts';
import type { EraseOptions } from './retention/erase.ts';
import { Sweeper } from './retention/sweeper.ts';
import type { SweeperOptions } from './retention/sweeper.ts';

export interface Housekeeping {
  replays: ReplayRunner;
  erasures: Erasures;
  start(): void;
  stop(): Promise<void>;
}

/** What works in the background without being in anybody's way: replays, retention, erasures. */
export function createHousekeeping(
  options: RunnerOptions &
    SweeperOptions &
    Omit<EraseOptions, 'bus' | 'removeBlobs' | 'pause'> & { bus: Bus },
): Housekeeping {
  const replays = new ReplayRunner(options);
  const sweeper = new Sweeper(options);
  const erasures = new Erasures({ ...options, removeBlobs: () => sweeper.removeBlobs() });
  return {
    replays,
    erasures,
    start() {
      replays.start();
      erasures.start();
      sweeper.start();
    },
    stop: async () => void (await Promise.all([replays.stop(), erasures.stop(), sweeper.stop()])),
  };
}
