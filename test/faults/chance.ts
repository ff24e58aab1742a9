/** A stream of numbers from 0 to 1 that a seed repeats (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What decides one thing of a run: the seed, what it is about, and numbers. */
export type Chance = (about: string, ...numbers: number[]) => number;

/**
 * A number from 0 to 1 that depends on what it decides and on nothing else: not on what was decided before, and so not on the
 * order in which processes and networks happen to get there (murmur3's mixing).
 */
export function chanceOf(seed: number): Chance {
  return (about, ...numbers) => {
    let mixed = seed >>> 0;
    for (let i = 0; i < about.length; i++) mixed = round(mixed, about.charCodeAt(i));
    for (const number of numbers) mixed = round(mixed, number);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

function round(state: number, value: number): number {
  let mixed = Math.imul(value, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  mixed ^= state;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
