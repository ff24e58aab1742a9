import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combinedState, deliveryStates, isFinal, isSettled, mayFollow } from './delivery.ts';
import type { DeliveryState } from './delivery.ts';

const state = fc.constantFrom(...deliveryStates);
/** The way forward; the ends beside it are reached from anywhere before `delivered`, and left for nowhere. */
const forward: DeliveryState[] = ['accepted', 'queued', 'uncertain', 'sent', 'delivered', 'read'];
const ends: DeliveryState[] = ['failed', 'expired', 'suppressed', 'cancelled'];

describe('invariant 5: a delivery only moves forward', () => {
  test('every pair of states has an answer, and no state follows itself', () => {
    for (const from of deliveryStates)
      for (const to of deliveryStates) expect(typeof mayFollow(from, to)).toBe('boolean');
    expect(deliveryStates.filter((one) => mayFollow(one, one))).toEqual([]);
  });

  test('what may follow lies ahead, and nothing leads back', () => {
    fc.assert(
      fc.property(state, state, (from, to) => {
        if (!mayFollow(from, to)) return;
        expect(mayFollow(to, from)).toBe(false);
        if (forward.includes(to)) expect(forward.indexOf(to)).toBeGreaterThan(forward.indexOf(from));
        else expect(ends).toContain(to);
      }),
    );
  });

  test('any receipts in any order, early, late and repeated, leave a delivery at one and the same kind of end and never further back', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 30 }), (receipts) => {
        let now: DeliveryState = 'accepted';
        const seen = new Set<DeliveryState>([now]);
        for (const next of receipts) {
          if (!mayFollow(now, next)) continue;
          expect(seen.has(next)).toBe(false);
          seen.add(next);
          now = next;
        }
        for (const again of receipts) if (isFinal(now)) expect(mayFollow(now, again)).toBe(false);
      }),
    );
  });

  test('what was delivered or read never fails', () => {
    for (const end of ends)
      for (const from of ['delivered', 'read'] as const) expect(mayFollow(from, end)).toBe(false);
  });

  test('an uncertain send is never queued again (invariant 6)', () => {
    expect(deliveryStates.filter((to) => mayFollow('uncertain', to)).toSorted()).toEqual([
      'delivered',
      'failed',
      'read',
      'sent',
    ]);
  });
});

test('a final state is settled, and every state leads to a final one', () => {
  for (const one of deliveryStates) {
    if (isFinal(one)) expect(isSettled(one)).toBe(true);
    else expect(deliveryStates.some((to) => mayFollow(one, to) && isFinal(to))).toBe(true);
  }
  expect(deliveryStates.filter(isFinal)).toEqual(['read', 'failed', 'expired', 'suppressed', 'cancelled']);
  expect(deliveryStates.filter((one) => !isSettled(one))).toEqual(['accepted', 'queued', 'uncertain']);
});

describe('the state of several parts', () => {
  test('is the furthest that all have reached, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('queued', 'uncertain', 'sent', 'delivered', 'read' as const), {
          minLength: 1,
        }),
        (parts) => {
          const combined = combinedState(parts as DeliveryState[]);
          expect(combined).toBe(combinedState((parts as DeliveryState[]).toReversed()));
          expect(parts).toContain(combined);
          for (const part of parts as DeliveryState[])
            expect(part === combined || mayFollow(combined, part)).toBe(true);
        },
      ),
    );
  });

  test('is failed as soon as one is', () => {
    expect(combinedState(['delivered', 'failed', 'sent'])).toBe('failed');
    expect(combinedState(['read', 'expired'])).toBe('expired');
  });

  test('of none is queued', () => {
    expect(combinedState([])).toBe('queued');
  });
});
