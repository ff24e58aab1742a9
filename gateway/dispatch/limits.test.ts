import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AccountLimits } from './limits.ts';

/** As a lane asks: whether the address may have one, then for tokens. */
const take = (limits: AccountLimits, address: string, nowMs: number): number => {
  const waitMs = limits.addressWaitMs(address, nowMs) || limits.reserve(nowMs);
  if (waitMs === 0) limits.sending(address, nowMs);
  return waitMs;
};

test('a burst of one second’s worth, then the rate', () => {
  const limits = new AccountLimits({ perSecond: 5, concurrency: 1 }, 0);
  const waits = Array.from({ length: 6 }, (_, i) => take(limits, `a${i}`, 0));
  expect(waits).toEqual([0, 0, 0, 0, 0, 200]);
  expect(take(limits, 'a', 199)).toBe(1);
  expect(take(limits, 'a', 200)).toBe(0);
  expect(take(limits, 'a', 200)).toBe(200);
});

test('asking without getting costs nothing; a long rest gives no more than one burst', () => {
  const limits = new AccountLimits({ perSecond: 2, concurrency: 1 }, 0);
  take(limits, 'a', 0);
  take(limits, 'a', 0);
  for (let i = 0; i < 10; i++) expect(take(limits, 'a', 0)).toBe(500);
  expect(take(limits, 'a', 500)).toBe(0);
  const waits = Array.from({ length: 3 }, () => take(limits, 'a', 3_600_000));
  expect(waits).toEqual([0, 0, 500]);
});

test('less than one a second', () => {
  const limits = new AccountLimits({ perSecond: 0.1, concurrency: 1 }, 0);
  expect(take(limits, 'a', 0)).toBe(0);
  expect(take(limits, 'a', 0)).toBe(10_000);
  expect(take(limits, 'a', 10_000)).toBe(0);
});

test('a pause holds for all, and a shorter one does not cut it', () => {
  const limits = new AccountLimits({ perSecond: 100, concurrency: 1 }, 0);
  limits.pause(1000, 0);
  limits.pause(500, 0);
  expect(take(limits, 'a', 0)).toBe(1000);
  expect(take(limits, 'b', 999)).toBe(1);
  expect(take(limits, 'a', 1000)).toBe(0);
});

test('a clock that is set back makes a pause no longer', () => {
  const limits = new AccountLimits({ perSecond: 100, concurrency: 1 }, 500_000);
  limits.pause(1000, 500_000);
  expect(take(limits, 'a', 500_300)).toBe(700);
  expect(take(limits, 'a', 20_000)).toBe(700);
  limits.pause(600, 20_000);
  expect(take(limits, 'a', 20_600)).toBe(100);
  expect(take(limits, 'a', 20_700)).toBe(0);
});

test('the gap is each address’s own', () => {
  const limits = new AccountLimits({ perSecond: 100, concurrency: 1, perAddressMs: 1000 }, 0);
  expect(take(limits, 'a', 0)).toBe(0);
  expect(take(limits, 'a', 1)).toBe(999);
  expect(take(limits, 'b', 1)).toBe(0);
  expect(take(limits, 'a', 1000)).toBe(0);
});

test('however it is asked, no second has more than a burst and the rate, and what it says to wait is enough', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.2, max: 50, noNaN: true }),
      fc.array(
        fc.record({ stepMs: fc.integer({ min: 0, max: 700 }), address: fc.constantFrom('a', 'b', 'c') }),
        { maxLength: 200 },
      ),
      (perSecond, asks) => {
        const limits = new AccountLimits({ perSecond, concurrency: 1, perAddressMs: 300 }, 0);
        const taken: { at: number; address: string }[] = [];
        let now = 0;
        for (const { stepMs, address } of asks) {
          now += stepMs;
          const waitMs = take(limits, address, now);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(waitMs)).toBe(true);
          if (waitMs === 0) taken.push({ at: now, address });
        }
        const burst = Math.max(1, perSecond);
        for (const [i, { at, address }] of taken.entries()) {
          const within = taken.slice(0, i + 1).filter((one) => one.at > at - 1000).length;
          expect(within).toBeLessThanOrEqual(burst + perSecond + 1);
          const before = taken.slice(0, i).findLast((one) => one.address === address);
          if (before) expect(at - before.at).toBeGreaterThanOrEqual(300);
        }
      },
    ),
  );
});
