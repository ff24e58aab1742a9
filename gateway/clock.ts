import { randomBytes } from 'node:crypto';
import { makeId } from '../protocol/ids.ts';
import type { IdKind } from '../protocol/ids.ts';

/** Time, randomness and ids, so that tests can hold them. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  random(size: number): Uint8Array;
  id(kind: IdKind): string;
}

export function systemClock(): Clock {
  const random = (size: number): Uint8Array => randomBytes(size);
  return { now: Date.now, random, id: (kind) => makeId(kind, { nowMs: Date.now(), random: random(10) }) };
}
