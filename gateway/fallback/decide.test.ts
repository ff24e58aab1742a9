import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliveryStates } from '../../protocol/delivery.ts';
import { failure } from '../../protocol/failures.ts';
import { decide, outcomeOf } from './decide.ts';
import type { Standing } from './decide.ts';

const hour = 3_600_000;
const step = { afterMs: 60_000, until: 'delivered' as const };
type Change = Partial<Omit<Standing, 'delivery'>> & { delivery?: Partial<Standing['delivery']> };
const standing = ({ delivery, ...change }: Change = {}): Standing => ({
  plan: { steps: [step] },
  step: 0,
  sinceMs: 0,
  expiresAtMs: 100 * hour,
  nowMs: 60_000,
  earlier: [],
  ...change,
  delivery: { state: 'sent', failure: null, inFlight: false, asked: false, doubtful: false, ...delivery },
});
const verdict = (change?: Change) => {
  const found = decide(standing(change));
  return found.type === 'end' ? found.why : found.type === 'take' ? found.reason : found.untilMs;
};
const even = { plan: { steps: [{ ...step, evenIfUncertain: true as const }] } };
const unknown = failure('outcome_unknown');

describe('whether the next way is taken', () => {
  test.each<[string, Change, string | number]>([
    ['its time is not over', { nowMs: 59_999 }, 60_000],
    ['its time is over', {}, 'not_delivered'],
    ['it was delivered in time', { delivery: { state: 'delivered' } }, 'reached'],
    ['it was read', { delivery: { state: 'read' } }, 'reached'],
    [
      'read was wanted, and it is delivered',
      { plan: { steps: [{ ...step, until: 'read' }] }, delivery: { state: 'delivered' } },
      'not_read',
    ],
    ['sent was wanted, and it may still fail', { plan: { steps: [{ ...step, until: 'sent' }] } }, 100 * hour],
    [
      'it failed, whatever the time',
      { nowMs: 1, delivery: { state: 'failed', failure: failure('blocked') } },
      'blocked',
    ],
    [
      'it was suppressed',
      { nowMs: 1, delivery: { state: 'suppressed', failure: failure('opted_out') } },
      'opted_out',
    ],
    ['it was taken back', { delivery: { state: 'cancelled' } }, 'cancelled'],
    ['it waits, and its time is over', { delivery: { state: 'queued' } }, 'not_delivered'],
    ['it waits, and its time is not over', { nowMs: 1, delivery: { state: 'queued' } }, 60_000],
    ['an attempt runs', { delivery: { state: 'queued', inFlight: true } }, 61_000],
    [
      'an attempt runs, and the merchant accepts doubt',
      { ...even, delivery: { state: 'queued', inFlight: true } },
      61_000,
    ],
    ['it may have worked, and is repeated', { delivery: { state: 'queued', doubtful: true } }, 100 * hour],
    [
      'it may have worked, is repeated, and the merchant accepts doubt',
      { ...even, delivery: { state: 'queued', doubtful: true } },
      'not_delivered',
    ],
    ['the platform is asked', { delivery: { state: 'queued', inFlight: true, asked: true } }, 61_000],
    [
      'the platform is asked, and the merchant accepts doubt',
      { ...even, delivery: { state: 'queued', inFlight: true, asked: true } },
      'not_delivered',
    ],
    ['nobody knows', { delivery: { state: 'uncertain' } }, 100 * hour],
    [
      'nobody knows, and the merchant accepts doubt',
      { ...even, delivery: { state: 'uncertain' } },
      'not_delivered',
    ],
    [
      'nobody knows, and the merchant accepts doubt, in time',
      { ...even, nowMs: 1, delivery: { state: 'uncertain' } },
      60_000,
    ],
    [
      'nobody will know, before it is given up',
      { delivery: { state: 'failed', failure: unknown, lastAttemptMs: 1000 } },
      24 * hour + 1000,
    ],
    [
      'nobody will know, and it is given up',
      { nowMs: 24 * hour + 1000, delivery: { state: 'failed', failure: unknown, lastAttemptMs: 1000 } },
      'outcome_unknown',
    ],
    [
      'nobody will know, and the merchant accepts doubt',
      { ...even, delivery: { state: 'failed', failure: unknown, lastAttemptMs: 1000 } },
      'outcome_unknown',
    ],
    [
      'valid_for is over',
      { nowMs: 100 * hour, delivery: { state: 'failed', failure: failure('blocked') } },
      'expired',
    ],
    [
      'there is no step left',
      { step: 1, delivery: { state: 'failed', failure: failure('blocked') } },
      'exhausted',
    ],
    [
      'there is a rest',
      {
        step: 1,
        plan: { steps: [step], rest: step },
        delivery: { state: 'failed', failure: failure('blocked') },
      },
      'blocked',
    ],
    [
      'an earlier way got there late',
      { earlier: ['delivered'], delivery: { state: 'failed', failure: failure('blocked') } },
      'reached',
    ],
    [
      'an earlier way was only sent',
      { earlier: ['sent'], delivery: { state: 'failed', failure: failure('blocked') } },
      'blocked',
    ],
  ])('%s', (_, change, expected) => expect(verdict(change)).toBe(expected));
});

test('total: it ends, waits for a time to come, or is taken; and never blindly where nobody knows', () => {
  const times = fc.integer({ min: 0, max: 60 * hour });
  const terms = fc.record({
    afterMs: fc.integer({ min: 1, max: 30 * hour }),
    until: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const),
  });
  fc.assert(
    fc.property(
      fc.record({
        plan: fc.record({ steps: fc.array(terms, { maxLength: 2 }) }),
        step: fc.nat(2),
        sinceMs: times,
        expiresAtMs: times,
        nowMs: times,
        earlier: fc.array(fc.constantFrom(...deliveryStates), { maxLength: 2 }),
        delivery: fc.record({
          state: fc.constantFrom(...deliveryStates),
          failure: fc.constantFrom(null, unknown, failure('blocked')),
          inFlight: fc.boolean(),
          asked: fc.boolean(),
          doubtful: fc.boolean(),
        }),
      }),
      (of) => {
        const found = decide(of);
        expect(decide(of)).toEqual(found);
        if (found.type === 'wait') expect(found.untilMs).toBeGreaterThan(of.nowMs);
        if (found.type !== 'take') return;
        expect(of.nowMs).toBeLessThan(of.expiresAtMs);
        const { state, inFlight } = of.delivery;
        expect(['uncertain', 'cancelled']).not.toContain(state);
        expect(state === 'queued' && inFlight).toBe(false);
      },
    ),
  );
});

test.each([
  [['failed', 'delivered'], false, 'delivered'],
  [['read', 'sent'], false, 'read'],
  [['failed'], true, 'queued'],
  [['expired', 'queued'], false, 'queued'],
  [['failed', 'suppressed'], false, 'suppressed'],
  [['uncertain', 'failed'], false, 'uncertain'],
  [['sent', 'failed'], true, 'sent'],
] as const)('of %o, more to come: %s, the outcome is %s', (states, pending, outcome) =>
  expect(outcomeOf(states, pending)).toBe(outcome),
);
