import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import { eventData } from '../../protocol/events.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { Conditions } from './conditions.ts';
import { credentialEnds, expiryTurn, shownState, stillEnding, warnBeforeMs } from './expiry.ts';
import { HealthWatch } from './health.ts';
import type { LiveAccount } from './registry.ts';

const dayMs = 86_400_000;
let engine: Engine;
let live: LiveAccount;
let conditions: Conditions;
let watch: HealthWatch;

beforeEach(async () => {
  engine = await startEngine();
  conditions = new Conditions();
  watch = new HealthWatch({ ...engine, conditions, connection: () => undefined });
  live = await engine.account();
});
afterEach(() => engine.close());

/** The platform said this of the credentials' end. */
const ends = (expiresAtMs: number | null) =>
  engine.store.write((tx) =>
    conditions.change(tx, live.row.id, {
      probe: { ok: true, detail: 'it is us', atMs: engine.clock.now(), expiresAtMs },
    }),
  );
const inDays = (days: number) => engine.clock.now() + days * dayMs;
const passDays = async (days: number) => {
  for (let gone = 0; gone < days; gone++) {
    engine.clock.advance(dayMs);
    await watch.tick();
  }
};
const told = async () => {
  await watch.tick();
  return engine.emitted
    .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: Record<string, unknown> })
    .filter(({ type }) => type === 'account.updated')
    .map(({ data }) => eventData['account.updated'].parse(data));
};
const turns = async () => (await told()).map(({ previous, health }) => [previous, health]);
const logged = () =>
  engine.log.entries
    .filter(({ event }) => event.startsWith('account.credentials_'))
    .map(({ event }) => event);
const works = () => watch.ended(live, { type: 'sent', providerIds: ['1'] });
const fails = () =>
  [1, 2].forEach(() => watch.ended(live, { type: 'rejected', failure: failure('account_suspended') }));

describe('credentials that end', () => {
  test('are warned of once, two weeks ahead, in the account’s own words', async () => {
    works();
    const expiresAtMs = inDays(20);
    await ends(expiresAtMs);
    await passDays(5);
    expect(await turns()).toEqual([]);
    await passDays(1);
    expect(await told()).toEqual([
      {
        account_id: live.row.id,
        channel: 'probe',
        health: 'expiring',
        previous: 'healthy',
        credentials_expire_at: new Date(expiresAtMs).toISOString(),
        occurred_at: new Date(engine.clock.now()).toISOString(),
      },
    ]);
    await passDays(20);
    expect(await turns()).toHaveLength(1);
    expect(shownState(watch.of(live.row.id))).toBe('expiring');
    const warning = engine.log.entries.find(({ event }) => event === 'account.credentials_expiring');
    expect(warning?.fields).toEqual({
      accountId: live.row.id,
      connector: 'probe',
      expiresAt: new Date(expiresAtMs).toISOString(),
    });
  });

  test('are not warned of again after a restart', async () => {
    await ends(inDays(3));
    expect(await turns()).toEqual([['unknown', 'expiring']]);
    conditions = new Conditions();
    await conditions.load(engine.store);
    watch = new HealthWatch({ ...engine, conditions, connection: () => undefined });
    expect(await turns()).toHaveLength(1);
    expect(shownState(watch.of(live.row.id))).toBe('expiring');
  });

  test('are no matter any more once others came, or the platform gave them longer', async () => {
    works();
    await ends(inDays(3));
    await watch.tick();
    await ends(inDays(90));
    expect(await turns()).toEqual([
      ['healthy', 'expiring'],
      ['expiring', 'healthy'],
    ]);
    expect((await told())[1]).not.toHaveProperty('credentials_expire_at');
    expect(shownState(watch.of(live.row.id))).toBe('healthy');
    await passDays(76);
    await ends(null);
    expect(await turns()).toEqual([
      ['healthy', 'expiring'],
      ['expiring', 'healthy'],
      ['healthy', 'expiring'],
      ['expiring', 'healthy'],
    ]);
    expect(logged()).toEqual([
      'account.credentials_expiring',
      'account.credentials_not_expiring',
      'account.credentials_expiring',
      'account.credentials_not_expiring',
    ]);
  });

  test('that came after others and end soon as well are warned of; an end told a little otherwise is not', async () => {
    await ends(inDays(2));
    await watch.tick();
    await ends(inDays(2) + 1500);
    await watch.tick();
    await ends(inDays(9));
    expect(await turns()).toEqual([
      ['unknown', 'expiring'],
      ['expiring', 'expiring'],
    ]);
  });

  test('that never last long, and are always replaced, are warned of once', async () => {
    for (let hours = 0; hours < 60; hours += 12) {
      await ends(engine.clock.now() + 12 * 3_600_000);
      await watch.tick();
      engine.clock.advance(12 * 3_600_000);
    }
    expect(await turns()).toHaveLength(1);
  });
});

describe('an account that fails', () => {
  test('fails whatever its credentials do; that they end is told nevertheless, and that they no longer do is not', async () => {
    works();
    fails();
    await watch.tick();
    await ends(inDays(3));
    expect(await turns()).toEqual([
      ['healthy', 'failing'],
      ['failing', 'failing'],
    ]);
    expect(shownState(watch.of(live.row.id))).toBe('failing');
    await ends(null);
    expect(await turns()).toHaveLength(2);
  });

  test('and is well again is not, while its credentials end', async () => {
    await ends(inDays(3));
    await watch.tick();
    fails();
    engine.clock.advance(1000);
    works();
    engine.clock.advance(70_000);
    expect(await turns()).toEqual([
      ['unknown', 'expiring'],
      ['expiring', 'failing'],
      ['failing', 'expiring'],
    ]);
    expect((await told()).every((data) => data.credentials_expire_at !== undefined)).toBe(true);
  });
});

test('an end that was not told this time stands, for better or worse', () => {
  const before = { ok: true, detail: '', atMs: 1, expiresAtMs: 9 };
  const now = { ok: false, detail: 'away', atMs: 2 };
  expect(stillEnding(before, now)).toEqual({ ...now, expiresAtMs: 9 });
  expect(stillEnding(null, now)).toEqual(now);
  expect(stillEnding(before, { ...now, expiresAtMs: null })).toEqual({ ...now, expiresAtMs: null });
});

test('the measure has those whose end is known', async () => {
  const other = await engine.account();
  await ends(1_800_000_000_999);
  expect(other.row.id).not.toBe(live.row.id);
  expect(credentialEnds(engine.registry, conditions)).toEqual([[live.row.id, 1_800_000_000]]);
});

test.each([
  [{ endsMs: warnBeforeMs + 1, warnedOfMs: undefined }, undefined],
  [{ endsMs: warnBeforeMs, warnedOfMs: undefined }, 'warn'],
  [{ endsMs: -1, warnedOfMs: undefined }, 'warn'],
  [{ endsMs: 5, warnedOfMs: 5 }, undefined],
  [{ endsMs: 6, warnedOfMs: 5 }, 'moved'],
  [{ endsMs: 5 + dayMs + 1, warnedOfMs: 5 }, 'warn'],
  [{ endsMs: undefined, warnedOfMs: 5 }, 'over'],
  [{ endsMs: undefined, warnedOfMs: undefined }, undefined],
] as const)('of %j comes %s', (of, turn) => {
  expect(expiryTurn({ ...of, nowMs: 0 })).toBe(turn);
});
