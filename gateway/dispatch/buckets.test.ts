import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressBuckets, TokenBucket } from './buckets.ts';

describe('tokens', () => {
  test('what is given back is there again', () => {
    const bucket = new TokenBucket(1, 0);
    bucket.take();
    expect(bucket.waitMs(0)).toBe(1000);
    bucket.giveBack();
    expect(bucket.waitMs(0)).toBe(0);
  });

  test('a clock that goes back neither fills nor empties it', () => {
    const bucket = new TokenBucket(1, 10_000);
    bucket.take();
    expect(bucket.waitMs(5000)).toBe(1000);
    expect(bucket.waitMs(6000)).toBe(0);
  });
});

describe('addresses', () => {
  const take = (buckets: AddressBuckets, nowMs: number, address = 'a') => {
    const waitMs = buckets.waitMs(address, nowMs);
    if (waitMs === 0) buckets.take(address, nowMs);
    return waitMs;
  };

  test('a burst goes at once and is paid back from the time to come', () => {
    const buckets = new AddressBuckets(6000, 3);
    expect([take(buckets, 0), take(buckets, 0), take(buckets, 0), take(buckets, 0)]).toEqual([0, 0, 0, 6000]);
    expect(take(buckets, 5999)).toBe(1);
    expect([take(buckets, 6000), take(buckets, 6000)]).toEqual([0, 6000]);
    // all is paid back: the whole burst is there again
    expect([
      take(buckets, 30_000),
      take(buckets, 30_000),
      take(buckets, 30_000),
      take(buckets, 30_000),
    ]).toEqual([0, 0, 0, 6000]);
    expect(take(buckets, 30_000, 'b')).toBe(0);
  });

  test('who owes nothing is forgotten', () => {
    const buckets = new AddressBuckets(1000, 1);
    for (let i = 0; i < 10_000; i++) take(buckets, i * 10, `a${i}`);
    expect(buckets.size).toBeLessThan(200);
  });

  test('however it is asked, no more goes out than the burst and one each gap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }),
        (burst, steps) => {
          const buckets = new AddressBuckets(1000, burst);
          const sent: number[] = [];
          let now = 0;
          for (const step of steps) {
            now += step;
            const waitMs = take(buckets, now);
            if (waitMs === 0) sent.push(now);
            else expect(buckets.waitMs('a', now + waitMs)).toBe(0);
          }
          for (const [i, from] of sent.entries())
            for (const [j, to] of sent.entries())
              if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(burst + (to - from) / 1000);
        },
      ),
    );
  });
});
