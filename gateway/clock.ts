import { randomBytes } from 'node:crypto';
import { makeId } from '../protocol/ids.ts';
import type { IdKind } from '../protocol/ids.ts';

/** Random bytes for ids are drawn in pages: a call of the system for each one costs more than the id. */
const poolBytes = 5120;

/** Time, randomness and ids, so that tests can hold them. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  random(size: number): Uint8Array;
  id(kind: IdKind): string;
}

export function systemClock(): Clock {
  const random = (size: number): Uint8Array => randomBytes(size);
  let pool = randomBytes(poolBytes);
  let used = 0;
  const idBytes = () => {
    if (used + 10 > pool.length) {
      pool = randomBytes(poolBytes);
      used = 0;
    }
    used += 10;
    return pool.subarray(used - 10, used);
  };
  return { now: Date.now, random, id: (kind) => makeId(kind, { nowMs: Date.now(), random: idBytes() }) };
}
