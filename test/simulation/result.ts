import type { Verdict } from '../faults/checker.ts';

export interface SimulationResult extends Verdict {
  seed: number;
  kills: number;
  /** Ways that were taken after the first. */
  fallbacks: number;
  /** Promises that were broken beyond those that the verdict counts. */
  broken: string[];
  /** False where something accepted hadn't come to its end, long after the last fault. */
  live: boolean;
  /** Timers and answers that were waited for. */
  steps: number;
  /** Milliseconds that went by in the simulation. */
  virtualMs: number;
  /** What happened, line by line. */
  history: string[];
}

/** Whether every promise was kept. */
export const isSound = ({ lost, doubled, inverted, regressed, broken, live }: SimulationResult): boolean =>
  live && lost + doubled + inverted + regressed + broken.length === 0;
