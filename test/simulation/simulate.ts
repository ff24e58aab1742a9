import { randomOf } from '../faults/chance.ts';
import type { SimulatedLedger } from './ledger.ts';
import type { SimulationResult } from './result.ts';
import { Simulation } from './simulation.ts';
import { VirtualTime } from './virtual-time.ts';

/**
 * One seed: the engine of the gateway on the real ledger, in a world that the seed makes. First everything is bad at times, and
 * nothing may be doubled, out of order or moved back (safety). Then everything is well, and all that was accepted must come to its
 * end (liveness).
 */
export async function simulate(seed: number, ledger: SimulatedLedger): Promise<SimulationResult> {
  await ledger.calm();
  const time = new VirtualTime(randomOf(seed ^ 0x2545f491));
  time.install();
  try {
    return { seed, ...(await new Simulation(seed, ledger, time).run()) };
  } finally {
    time.uninstall();
  }
}
