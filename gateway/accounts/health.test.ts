import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SendOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { eventData } from '../../protocol/events.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { Conditions } from './conditions.ts';
import { HealthWatch } from './health.ts';
import type { LiveAccount } from './registry.ts';

let engine: Engine;
let live: LiveAccount;
let conditions: Conditions;
let watch: HealthWatch;
let connection: { state: 'connecting' | 'connected' | 'down' } | undefined;

beforeEach(async () => {
  engine = await startEngine();
  conditions = new Conditions();
  connection = undefined;
  watch = new HealthWatch({ ...engine, conditions, connection: () => connection });
  live = await engine.account();
});
afterEach(() => engine.close());

const sent: SendOutcome = { type: 'sent', providerIds: ['1'] };
const rejected = (code: Parameters<typeof failure>[0]): SendOutcome => ({
  type: 'rejected',
  failure: failure(code),
});
const end = (outcome: SendOutcome, times = 1) => {
  for (let i = 0; i < times; i++) watch.ended(live, outcome);
};
/** Time passes, with everything that is looked at meanwhile. */
const passes = async (ms: number) => {
  for (let gone = 0; gone < ms; gone += 5000) {
    engine.clock.advance(5000);
    await watch.tick();
  }
};
const told = async () => {
  await watch.tick();
  return engine.emitted
    .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: Record<string, unknown> })
    .filter(({ type }) => type === 'account.updated')
    .map(({ data }) => [data['previous'], data['health']]);
};

test('nothing is known of an account until something was sent; a first success is no news', async () => {
  expect(watch.of(live.row.id)).toMatchObject({ state: 'unknown' });
  end(sent);
  expect(watch.of(live.row.id)).toMatchObject({ state: 'healthy', lastSuccessMs: engine.clock.now() });
  expect(await told()).toEqual([]);
});

test('it fails after five failures in a row, or two of its own, and is told once', async () => {
  end(rejected('platform_unavailable'), 4);
  expect(await told()).toEqual([]);
  end(rejected('platform_unavailable'), 10);
  expect(await told()).toEqual([['unknown', 'failing']]);
  expect(watch.of(live.row.id)).toMatchObject({ state: 'failing', code: 'platform_unavailable' });
  live = await engine.account();
  end(rejected('account_unauthorized'), 2);
  expect(await told()).toHaveLength(2);
});

test('one consumer’s trouble is none of the account’s', async () => {
  end(rejected('blocked'), 20);
  end({ type: 'throttled' }, 20);
  expect(watch.of(live.row.id).state).toBe('healthy');
});

test('it is well again only when for a minute nothing failed and what was last worked: it does not flap', async () => {
  end(rejected('platform_unavailable'), 5);
  for (let i = 0; i < 12; i++) {
    end(sent);
    await passes(20_000);
    end(rejected('platform_unavailable'));
    await passes(20_000);
  }
  expect(await told()).toEqual([['unknown', 'failing']]);
  // silence is no success
  await passes(600_000);
  expect(await told()).toHaveLength(1);
  end(sent);
  await passes(65_000);
  expect(await told()).toEqual([
    ['unknown', 'failing'],
    ['failing', 'healthy'],
  ]);
  expect(watch.of(live.row.id).code).toBeUndefined();
});

test('a held connection that is away for half a minute fails, and is well when it has held for a minute', async () => {
  connection = { state: 'connected' };
  await passes(5000);
  connection = { state: 'down' };
  await passes(20_000);
  connection = { state: 'connected' };
  await passes(20_000);
  expect(await told()).toEqual([]);
  connection = { state: 'connecting' };
  await passes(40_000);
  expect(await told()).toEqual([['healthy', 'failing']]);
  expect(watch.of(live.row.id).code).toBe('account_disconnected');
  connection = { state: 'connected' };
  await passes(70_000);
  expect(await told()).toHaveLength(2);
});

describe('what is told', () => {
  test('names the account and its states and nothing else, on the account’s own subject', async () => {
    end(rejected('account_suspended'), 2);
    await told();
    const [event] = engine.emitted;
    const { data } = JSON.parse(event!.envelope) as { data: unknown };
    expect(eventData['account.updated'].parse(data)).toEqual({
      account_id: live.row.id,
      channel: 'probe',
      health: 'failing',
      previous: 'unknown',
      occurred_at: new Date(engine.clock.now()).toISOString(),
    });
    expect(event!.subject).toContain(`.probe.${live.row.id}.`);
    expect(event!.merchantId).toBe(live.row.merchantId);
  });

  test('outlives a restart: what was failing is failing, and not told again', async () => {
    end(rejected('account_suspended'), 2);
    await told();
    const again = new Conditions();
    await again.load(engine.store);
    watch = new HealthWatch({ ...engine, conditions: again, connection: () => undefined });
    expect(watch.of(live.row.id)).toMatchObject({ state: 'failing', code: 'account_suspended' });
    end(rejected('account_suspended'), 5);
    expect(await told()).toHaveLength(1);
  });
});

test('what changes with every send is written down now and then, and at the end', async () => {
  const stored = async () =>
    (await engine.store.read.conditions.all()).map(({ health }) => health?.lastSuccessMs);
  end(sent);
  await watch.tick();
  const first = engine.clock.now();
  expect(await stored()).toEqual([first]);
  engine.clock.advance(1000);
  end(sent);
  await watch.tick();
  expect(await stored()).toEqual([first]);
  await watch.stop();
  expect(await stored()).toEqual([first + 1000]);
});
