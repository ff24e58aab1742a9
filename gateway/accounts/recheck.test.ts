import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account, ProbeOutcome } from '../../connectors/contract/index.ts';
import { answered, fakeHttp, probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { sealFields } from '../security/seal.ts';
import { Conditions } from './conditions.ts';
import { keepProbe } from './manage.ts';
import type { AccountOptions } from './options.ts';
import { Rechecks } from './recheck.ts';
import type { LiveAccount } from './registry.ts';

const hourMs = 3_600_000;
let engine: Engine;
let options: AccountOptions;
let rechecks: Rechecks;
let asked: string[];
let answer: (account: Account, signal: AbortSignal) => Promise<ProbeOutcome>;

const asking = (name: string, tellsExpiry: boolean) => ({
  ...probeConnector({ name, tellsExpiry, credentials: z.strictObject({ ring: z.string().optional() }) }),
  probe: (account: Account, { signal }: { signal: AbortSignal }) => {
    asked.push(account.id);
    return answer(account, signal);
  },
});

beforeEach(async () => {
  asked = [];
  answer = async () => ({ ok: true, expiresAtMs: 7 });
  engine = await startEngine([asking('tells', true), asking('silent', false)]);
  const conditions = new Conditions();
  const context = {
    http: fakeHttp(() => answered(200)),
    log: engine.log,
    now: engine.clock.now,
    random: engine.clock.random,
    signal: new AbortController().signal,
  };
  options = { ...engine, conditions, context } as unknown as AccountOptions;
  rechecks = new Rechecks(options);
});
afterEach(async () => {
  await rechecks.stop();
  await engine.close();
});

const endOf = ({ row }: LiveAccount) => options.conditions.get(row.id).probe?.expiresAtMs;
const after = (ms: number) => {
  engine.clock.advance(ms);
  return rechecks.tick();
};

test('platforms that tell ends are asked once a day, also of accounts saved unasked; the others never', async () => {
  const live = await engine.account({ connector: 'tells' });
  await engine.account({ connector: 'silent' });
  await rechecks.tick();
  expect(endOf(live)).toBe(7);
  await after(23 * hourMs);
  expect(asked).toEqual([live.row.id]);
  answer = async () => ({ ok: true, expiresAtMs: null });
  await after(hourMs);
  expect(asked).toEqual([live.row.id, live.row.id]);
  expect(endOf(live)).toBe(null);
});

test('a restart asks nobody again', async () => {
  await engine.account({ connector: 'tells' });
  await rechecks.tick();
  const conditions = new Conditions();
  await conditions.load(engine.store);
  await new Rechecks({ ...options, conditions }).tick();
  expect(asked).toHaveLength(1);
});

test('a platform that is away, or says nothing of it, leaves the end as it was known', async () => {
  const live = await engine.account({ connector: 'tells' });
  await rechecks.tick();
  for (const outcome of [{ ok: false, detail: 'away' } as const, { ok: true } as const]) {
    answer = async () => outcome;
    await after(24 * hourMs);
    expect(endOf(live)).toBe(7);
    expect(options.conditions.get(live.row.id).probe).toMatchObject({ ok: outcome.ok });
  }
});

test('not all of many at once: those asked longest ago first, twenty in a look', async () => {
  const many = await Promise.all(Array.from({ length: 25 }, () => engine.account({ connector: 'tells' })));
  let most = 0;
  let now = 0;
  answer = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return { ok: true };
  };
  await rechecks.tick();
  expect([asked.length, most]).toEqual([20, 4]);
  await after(60_000);
  expect(new Set(asked)).toEqual(new Set(many.map(({ row }) => row.id)));
  expect(asked).toHaveLength(25);
});

test('what was said of credentials that were replaced meanwhile is not kept, nor of an account that is gone', async () => {
  const live = await engine.account({ connector: 'tells' });
  const sealed = (ring: string) =>
    sealFields(engine.vault, { ring }, { merchantId: live.row.merchantId, ownerId: live.row.id });
  answer = async () => {
    engine.registry.put({ ...live.row, credentials: Buffer.from(live.row.credentials) });
    return { ok: true, expiresAtMs: 5 };
  };
  await keepProbe(options, live);
  expect(endOf(live)).toBe(5);
  answer = async () => {
    engine.registry.put({ ...live.row, credentials: sealed('another') });
    return { ok: true, expiresAtMs: 6 };
  };
  await keepProbe(options, live);
  engine.registry.remove(live.row.id);
  answer = async () => ({ ok: true, expiresAtMs: 8 });
  await keepProbe(options, live);
  expect(endOf(live)).toBe(5);
});

test('stopping cuts off what is asked, and keeps nothing of it', async () => {
  const live = await engine.account({ connector: 'tells' });
  answer = (_, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ ok: false, detail: 'aborted' }), { once: true });
    });
  const look = rechecks.tick();
  await rechecks.stop();
  await look;
  expect(options.conditions.get(live.row.id).probe).toBe(null);
});
