import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consideredOf, consideredSchema, criteria, defaultPolicy, rank } from './policy.ts';
import type { Candidate, Criterion } from './policy.ts';

const candidate = (accountId: string, change: Partial<Candidate> = {}): Candidate => ({
  accountId,
  channel: 'probe',
  address: `probe:${accountId}`,
  preference: null,
  lastActiveAt: null,
  window: 'none',
  losses: 0,
  health: 'up',
  cost: null,
  known: false,
  since: 0,
  ...change,
});

/** What goes first where nothing else differs; `b` would go second by its id. */
test.each<[Criterion, Partial<Candidate>, Partial<Candidate>]>([
  ['preference', {}, { preference: 1 }],
  ['preference', { preference: 1 }, { preference: 0 }],
  ['last_active', { lastActiveAt: 10 }, { lastActiveAt: 20 }],
  ['last_active', {}, { lastActiveAt: 0 }],
  ['window_open', { window: 'closed' }, { window: 'open' }],
  ['window_open', { window: 'closed' }, { window: 'none' }],
  ['window_open', { window: 'closed' }, { window: 'template' }],
  ['consent', {}, { lastActiveAt: 1 }],
  ['capability', { losses: 1 }, { losses: 0 }],
  ['capability', { losses: 3 }, { losses: 2 }],
  ['health', { health: 'breaker_open' }, { health: 'up' }],
  ['health', { health: 'disconnected' }, { health: 'up' }],
  ['health', { health: 'away' }, { health: 'up' }],
  ['cost', { cost: 3 }, { cost: 2 }],
  ['cost', {}, { cost: 90 }],
])('%s: %o goes behind %o', (criterion, worse, better) => {
  const ranked = rank([candidate('a', worse), candidate('b', better)], [criterion]);
  expect(ranked.map(({ candidate: { accountId }, place, behindBy }) => [accountId, place, behindBy])).toEqual(
    [
      ['b', 1, undefined],
      ['a', 2, criterion],
    ],
  );
  // what the policy doesn't name decides nothing
  const others = criteria.filter((one) => one !== criterion && one !== 'consent' && one !== 'last_active');
  expect(rank([candidate('a', worse), candidate('b', better)], others)[0]?.candidate.accountId).toBe('a');
});

test('the first criterion that differs decides', () => {
  const [cheap, active] = [candidate('a', { cost: 1 }), candidate('b', { cost: 2, lastActiveAt: 5 })];
  expect(rank([cheap, active], ['cost', 'last_active'])[0]?.candidate).toBe(cheap);
  expect(rank([cheap, active], ['last_active', 'cost'])[0]?.candidate).toBe(active);
});

test('by default, what cannot go out goes last, then the consumer is met where they are', () => {
  const ranked = rank(
    [
      candidate('closed', { window: 'closed', lastActiveAt: 50 }),
      candidate('broken', { health: 'breaker_open', lastActiveAt: 60 }),
      candidate('lossy', { losses: 1, lastActiveAt: 40 }),
      candidate('whole', { lastActiveAt: 30 }),
      candidate('out', { refused: 'opted_out', lastActiveAt: 90 }),
    ],
    defaultPolicy,
  );
  expect(
    ranked.map(({ candidate: { accountId }, behindBy, verdict }) => [accountId, behindBy ?? verdict]),
  ).toEqual([
    ['lossy', 'chosen'],
    ['whole', 'last_active'],
    ['broken', 'health'],
    ['closed', 'window_open'],
    ['out', 'refused'],
  ]);
});

test('where nothing decides: the account that is known, the newest address, then by id', () => {
  const ranked = rank(
    [candidate('c'), candidate('b'), candidate('d', { since: 5 }), candidate('e', { known: true })],
    defaultPolicy,
  );
  expect(ranked.map(({ candidate: { accountId } }) => accountId)).toEqual(['e', 'd', 'b', 'c']);
});

const arbitraryCandidate = fc.record({
  accountId: fc.constantFrom('a', 'b', 'c'),
  channel: fc.constantFrom('x', 'y'),
  address: fc.constantFrom('x:1', 'x:2', 'y:1'),
  refused: fc.option(fc.constantFrom('opted_out', 'excluded', 'lossy'), { nil: undefined, freq: 3 }),
  preference: fc.option(fc.nat(2)),
  lastActiveAt: fc.option(fc.nat(3)),
  window: fc.constantFrom('open', 'closed', 'none', 'template'),
  losses: fc.nat(2),
  health: fc.constantFrom('up', 'breaker_open', 'disconnected', 'away'),
  cost: fc.option(fc.nat(2)),
  known: fc.boolean(),
  since: fc.nat(2),
}) as fc.Arbitrary<Candidate>;

test('invariant 10: every candidate has a verdict, one at most is chosen, and order of asking changes nothing', () => {
  const distinct = fc.uniqueArray(arbitraryCandidate, {
    maxLength: 9,
    selector: ({ accountId, address }) => `${accountId} ${address}`,
  });
  const policies = fc.shuffledSubarray([...criteria], { minLength: 1 });
  fc.assert(
    fc.property(distinct, policies, fc.infiniteStream(fc.nat()), (candidates, policy, keys) => {
      const ranked = rank(candidates, policy);
      expect(new Set(ranked.map((one) => one.candidate))).toEqual(new Set(candidates));
      expect(ranked).toHaveLength(candidates.length);
      const open = ranked.filter(({ verdict }) => verdict !== 'refused');
      expect(open.map(({ place }) => place)).toEqual(open.map((_, i) => i + 1));
      expect(open.map(({ verdict }) => verdict)).toEqual(open.map((_, i) => (i === 0 ? 'chosen' : 'next')));
      expect(open.every(({ behindBy }, i) => (behindBy === undefined) === (i === 0))).toBe(true);
      for (const one of ranked) {
        expect(one.verdict === 'refused').toBe(one.candidate.refused !== undefined);
        consideredSchema.parse(consideredOf(one));
        expect(JSON.stringify(consideredOf(one))).not.toContain(one.candidate.address);
      }
      const shuffled = candidates
        .map((one) => ({ one, key: keys.next().value as number }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ one }) => one);
      expect(rank(shuffled, policy).filter(({ verdict }) => verdict !== 'refused')).toEqual(open);
    }),
  );
});
