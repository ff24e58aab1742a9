import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeId } from '../../protocol/ids.ts';
import { probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { addressRow, conversationRow } from '../../test/gateway/rows.ts';
import { Refusal } from '../problems.ts';
import { route } from './route.ts';
import type { RouteRequest } from './route.ts';

let engine: Engine;
const id = (kind: 'consumer' | 'conversation', n: number) =>
  makeId(kind, { nowMs: n, random: new Uint8Array(10) });

beforeEach(async () => {
  engine = await startEngine([
    probeConnector(),
    probeConnector({ name: 'pigeon', channel: 'pigeon', schemes: ['pigeon'] }),
  ]);
});
afterEach(() => engine.close());

const ask = (to: string, change: Partial<RouteRequest> = {}) =>
  route(engine.store.read, engine.registry, { merchantId: 'mer_1', to, test: false, ...change });
const refusal = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'routed',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
const consumer = (of: { n: number; merchantId?: string; mergedInto?: string | null }) =>
  engine.store.write((tx) =>
    tx.directory.insertConsumer({
      id: id('consumer', of.n),
      merchantId: of.merchantId ?? 'mer_1',
      name: null,
      language: null,
      createdAt: 1,
      mergedInto: of.mergedInto ?? null,
    }),
  );
const knownBy = (address: string, accountId: string, change: Parameters<typeof addressRow>[1] = {}) =>
  engine.store.write((tx) =>
    tx.directory.insertAddress(addressRow(address, { consumerId: id('consumer', 1), accountId, ...change })),
  );

test('an address goes to the account of its scheme', async () => {
  const probe = await engine.account();
  const pigeon = await engine.account({ connector: 'pigeon' });
  expect(await ask('probe:ada')).toEqual({
    live: probe,
    address: 'probe:ada',
    considered: [{ account_id: probe.row.id, channel: 'probe' }],
  });
  expect(await refusal(ask('probe:NOT OK'))).toBe('invalid_request');
  expect(await refusal(ask('fax:1'))).toBe('no_route');
  expect(await refusal(ask('probe:ada', { from: pigeon.row.id }))).toBe('no_route');
});

test('invariant 10: of several accounts the one that the consumer knows, and all that were considered are named', async () => {
  const [first, second] = [await engine.account(), await engine.account()];
  expect((await ask('probe:ada')).live).toBe(first);
  await knownBy('probe:ada', second.row.id);
  const found = await ask('probe:ada');
  expect(found.live).toBe(second);
  expect(found.considered.map(({ account_id }) => account_id)).toEqual([first.row.id, second.row.id]);
  expect((await ask('probe:ada', { from: first.row.id })).live).toBe(first);
});

test('invariant 10: test keys reach test accounts only, live keys live ones, and the reason is kept', async () => {
  const [live, trial] = [await engine.account(), await engine.account({ test: true })];
  const found = await ask('probe:ada', { test: true });
  expect(found.live).toBe(trial);
  expect(found.considered).toEqual([
    { account_id: live.row.id, channel: 'probe', refused: 'live_account_with_test_key' },
    { account_id: trial.row.id, channel: 'probe' },
  ]);
  expect((await ask('probe:ada')).live).toBe(live);
  engine.registry.remove(live.row.id);
  expect(await refusal(ask('probe:ada'))).toBe('no_route');
});

test('a consumer is reached where they were last, and where that cannot be, at the next', async () => {
  const probe = await engine.account();
  const pigeon = await engine.account({ connector: 'pigeon' });
  await consumer({ n: 1 });
  await knownBy('probe:ada', probe.row.id, { lastInboundAt: 10 });
  await knownBy('pigeon:ada', pigeon.row.id, { lastInboundAt: 20, channel: 'pigeon' });
  await engine.store.write((tx) =>
    tx.conversations.insert(conversationRow(id('conversation', 1), { consumerId: id('consumer', 1) })),
  );
  expect((await ask(id('consumer', 1))).address).toBe('pigeon:ada');
  expect((await ask(id('conversation', 1))).address).toBe('pigeon:ada');
  await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'pigeon:ada', { optedOutAt: 1 }));
  const found = await ask(id('consumer', 1));
  expect(found.address).toBe('probe:ada');
  expect(found.considered).toEqual([
    { account_id: pigeon.row.id, channel: 'pigeon', refused: 'opted_out' },
    { account_id: probe.row.id, channel: 'probe' },
  ]);
  engine.registry.remove(probe.row.id);
  expect(await refusal(ask(id('consumer', 1)))).toBe('no_route');
});

test('a consumer who opted out everywhere is said to have', async () => {
  const probe = await engine.account();
  await consumer({ n: 1 });
  await knownBy('probe:ada', probe.row.id, { optedOutAt: 1 });
  expect(await refusal(ask(id('consumer', 1)))).toBe('opted_out');
});

test('the id of a consumer who was linked into another leads to the other', async () => {
  const probe = await engine.account();
  await consumer({ n: 1 });
  await consumer({ n: 2, mergedInto: id('consumer', 1) });
  await knownBy('probe:ada', probe.row.id);
  expect((await ask(id('consumer', 2))).address).toBe('probe:ada');
});

test('invariant 8: another merchant’s consumer, conversation and accounts are as if they were not there', async () => {
  const theirs = await engine.account({ merchantId: 'mer_2' });
  await consumer({ n: 1, merchantId: 'mer_2' });
  await engine.store.write((tx) =>
    tx.conversations.insert(
      conversationRow(id('conversation', 1), { merchantId: 'mer_2', consumerId: id('consumer', 1) }),
    ),
  );
  const message = async (asked: Promise<unknown>) =>
    asked.catch((error: unknown) => (error as Refusal).detail.replace(/[A-Z0-9]{26}/, ''));
  expect(await message(ask(id('consumer', 1)))).toBe(await message(ask(id('consumer', 9))));
  expect(await message(ask(id('conversation', 1)))).toBe(await message(ask(id('conversation', 9))));
  expect(await refusal(ask('probe:ada'))).toBe('no_route');
  const mine = await engine.account();
  expect(await message(ask('probe:ada', { from: theirs.row.id }))).toBe(
    await message(ask('probe:ada', { from: makeId('account', { nowMs: 1, random: new Uint8Array(10) }) })),
  );
  await consumer({ n: 2 });
  await engine.store.write((tx) =>
    tx.directory.insertAddress(
      addressRow('probe:bob', { consumerId: id('consumer', 2), accountId: mine.row.id }),
    ),
  );
  expect(await refusal(ask(id('consumer', 2), { from: theirs.row.id }))).toBe('no_route');
});
