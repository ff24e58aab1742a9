import { afterAll, expect, test } from 'vitest';
import { Broadcast } from './broadcast.ts';
import { SimulatedLedger } from './ledger.ts';
import { simulate } from './simulate.ts';
import { messagesInAll } from './simulation.ts';

const ledger = new SimulatedLedger();
afterAll(() => ledger.close());

/** SIMULATION_SEED=… repeats one. */
const only = process.env['SIMULATION_SEED'];
const first = 1;
const count = 200;
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => first + i) : [Number(only)];

test('invariants 1 to 5, by simulation: whatever the seed breaks, nothing is doubled, out of order or moved back, and in the end all is delivered or says why', async () => {
  for (const seed of seeds) {
    const { lost, doubled, inverted, regressed, broken, live, accepted, fallbacks, violations, history } =
      await simulate(seed, ledger);
    const found = { lost, doubled, inverted, regressed, broken, live, violations };
    expect(found, `seed ${seed}\n${history.join('\n')}`).toEqual({
      lost: 0,
      doubled: 0,
      inverted: 0,
      regressed: 0,
      broken: [],
      live: true,
      violations: [],
    });
    expect([0, Broadcast.count]).toContain(accepted - fallbacks - messagesInAll);
  }
}, 240_000);

test('a seed repeats its simulation step by step', async () => {
  const [one, again, other] = [
    await simulate(77, ledger),
    await simulate(77, ledger),
    await simulate(78, ledger),
  ];
  expect(again).toEqual(one);
  expect(other.history).not.toEqual(one.history);
});
