import { expect, test } from 'vitest';
import { run } from './run.ts';
import type { RunOptions } from './run.ts';

/** FAULTS_SEED=… repeats a run: the same messages, the same faults at the same times. The processes' own timing stays their own. */
const seed = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 1e9));

async function judged(options: Omit<RunOptions, 'seed'>): Promise<void> {
  console.info(`FAULTS_SEED=${seed}`);
  const result = await run({ seed, ...options, signal: AbortSignal.timeout(170_000) });
  const { accepted, lost, doubled, inverted, regressed, unexplained, kills, violations, evidence } = result;
  expect({ lost, doubled, inverted, regressed, unexplained, violations, evidence }).toEqual({
    lost: 0,
    doubled: 0,
    inverted: 0,
    regressed: 0,
    unexplained: 0,
    violations: [],
    evidence: undefined,
  });
  expect(accepted).toBe(options.messages);
  expect(kills).toBe(options.kills + 1);
}

test(
  'invariants 1 to 6 and 10: processes killed and paused, lines bad, the clock moved, the JetStream store gone: nothing is lost, doubled, out of order or moved back',
  () => judged({ nats: 'apart', processes: 1, kills: 4, messages: 400, seconds: 6, conversations: 18 }),
  180_000,
);

test(
  'invariant 1: the same with the nats-server that the gateway runs itself',
  () => judged({ nats: 'own', processes: 1, kills: 2, messages: 200, seconds: 4, conversations: 12 }),
  180_000,
);

test(
  'invariants 1 to 6 with the work in a process of its own, which is killed too',
  () => judged({ nats: 'own', processes: 2, kills: 4, messages: 300, seconds: 6, conversations: 12 }),
  180_000,
);
