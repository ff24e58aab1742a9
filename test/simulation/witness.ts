import { Checker } from '../faults/checker.ts';
import { lineOf } from '../faults/history.ts';
import type { Entry } from '../faults/history.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Keeps what was seen, and between it what was broken and what the gateway logged. */
export class Witness {
  readonly #time: VirtualTime;
  readonly #seen: (Entry | { atMs: number; said: string })[] = [];
  readonly checker = new Checker();
  /** Promises that were broken beyond those that the checker counts. */
  readonly found: string[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  readonly record = (entry: Omit<Entry, 'atMs'>): void => {
    const whole = { ...entry, atMs: Math.round(this.#time.nowMs) };
    this.#seen.push(whole);
    this.checker.take(whole);
  };

  readonly say = (said: string): void => {
    this.#seen.push({ atMs: Math.round(this.#time.nowMs), said });
  };

  readonly broken = (why: string): void => {
    if (!this.found.includes(why)) this.found.push(why);
    this.say(`BROKEN: ${why}`);
  };

  lines(): string[] {
    return this.#seen.map((one) =>
      'said' in one ? `${(one.atMs / 1000).toFixed(3).padStart(10)} s      ${one.said}` : lineOf(one),
    );
  }
}
