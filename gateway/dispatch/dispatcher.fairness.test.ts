import { describe, expect, test } from 'vitest';
import { probeConnector } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import {
  beginWith,
  delivery,
  dispatcher,
  engine,
  inState,
  noWakes,
  passing,
  platform,
  post,
  requests,
  sent,
  texts,
  useDispatcher,
} from './dispatcher.testing.ts';

useDispatcher();

const rated = (perSecond: number, concurrency: number, more: object = {}) => [
  probeConnector({ rate: { perSecond, concurrency, ...more } }),
];
const bulk = { priority: 'bulk' };
const people = (count: number, name: string) => Array.from({ length: count }, (_, i) => `${name}${i}`);

describe('bulk', () => {
  test('invariant 7: a broadcast does not delay a reply at the account’s tokens', async () => {
    await beginWith(rated(1, 10));
    const live = await engine.account();
    const broadcast = await Promise.all(people(200, 'b').map((one) => post(live, one, 'offer', bulk)));
    await until('the first', () => requests.length === 1);
    const reply = await post(live, 'ada', 'reply');
    await passing('the reply', async () => (await delivery(reply)).state === 'sent');
    expect(texts().indexOf('reply')).toBeLessThanOrEqual(2);
    await passing('some of the broadcast', () => requests.length >= 6);
    expect((await delivery(broadcast.at(-1)!)).state).toBe('queued');
  });

  test('it leaves a place of the account to what is normal', async () => {
    await beginWith(rated(1000, 4));
    const live = await engine.account();
    const gate = Promise.withResolvers<void>();
    platform(async (...all) => {
      if (all[1].part.content.text === 'offer') await gate.promise;
      return sent(...all);
    });
    for (const one of people(20, 'b')) await post(live, one, 'offer', bulk);
    await until('bulk to be under way', () => requests.length === 3);
    await inState(await post(live, 'ada', 'reply'), 'sent');
    expect(texts().filter((text) => text === 'offer')).toHaveLength(3);
    gate.resolve();
  });

  test('it never starves: one turn in ten is its', async () => {
    await beginWith(rated(1, 1));
    const live = await engine.account();
    noWakes();
    for (const one of people(40, 'n')) await post(live, one, 'normal');
    for (const one of people(10, 'b')) await post(live, one, 'offer', bulk);
    await passing('twenty', () => requests.length >= 20, 250);
    const offers = texts()
      .slice(0, 20)
      .filter((text) => text === 'offer').length;
    expect(offers).toBeGreaterThanOrEqual(1);
    expect(offers).toBeLessThanOrEqual(3);
  });

  test('invariant 4: within a conversation the order wins, and a normal message brings the bulk before it along', async () => {
    await beginWith(rated(1, 1));
    const live = await engine.account();
    for (const one of people(30, 'b')) await post(live, one, 'offer', bulk);
    await post(live, 'ada', 'offer to ada', bulk);
    const reply = await post(live, 'ada', 'reply to ada');
    await passing('the reply', async () => (await delivery(reply)).state === 'sent');
    const ada = requests
      .filter(({ address }) => address === 'probe:ada')
      .map(({ part }) => part.content.text);
    expect(ada).toEqual(['offer to ada', 'reply to ada']);
    expect(texts().indexOf('reply to ada')).toBeLessThanOrEqual(3);
  });
});

describe('merchants', () => {
  test('invariant 7: one with thousands of conversations waiting delays another by a few of its own', async () => {
    await beginWith(rated(5000, 20));
    const big = await engine.account();
    const small = await engine.account({ merchantId: 'mer_2' });
    const gate = Promise.withResolvers<void>();
    platform(async (...all) => {
      await gate.promise;
      return sent(...all);
    });
    for (let i = 0; i < 14; i++) await Promise.all(people(100, `b${i}-`).map((one) => post(big, one)));
    gate.resolve();
    await until('some to go', () => requests.length > 100);
    const id = await post(small, 'ada', 'small');
    const seen = requests.length;
    await inState(id, 'sent');
    expect(texts().indexOf('small') - seen).toBeLessThanOrEqual(60);
    await passing('all', async () => (await engine.store.read.deliveries.backlog()).length === 0, 1000);
    expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1401);
    expect(requests).toHaveLength(1401);
  });

  test('what memory has no room for is found in the ledger, and memory stays bounded', async () => {
    await beginWith(rated(5000, 100));
    const live = await engine.account();
    noWakes();
    for (let i = 0; i < 14; i++) await Promise.all(people(100, `b${i}-`).map((one) => post(live, one)));
    await passing('all', async () => (await engine.store.read.deliveries.backlog()).length === 0, 1000);
    expect(requests).toHaveLength(1400);
  });

  test('invariant 7: hanging accounts of one merchant never take every slot', async () => {
    await beginWith(rated(5000, 400));
    const hanging = [await engine.account(), await engine.account()];
    const other = await engine.account({ merchantId: 'mer_2' });
    const gate = Promise.withResolvers<void>();
    platform(async (...all) => {
      if (hanging.includes(all[0])) await gate.promise;
      return sent(...all);
    });
    for (const live of hanging) await Promise.all(people(400, 'h').map((one) => post(live, one)));
    await until('many to hang', () => requests.length >= 256);
    await inState(await post(other, 'ada'), 'sent');
    expect(dispatcher.busy).toBeLessThanOrEqual(257);
    gate.resolve();
  });
});

describe('lines', () => {
  const line = { sender: { field: 'number', perSecond: 1 } };
  test('accounts that name the same line share its tokens, others don’t', async () => {
    await beginWith(rated(1000, 10, line));
    const make = async (number: string) => {
      const live = await engine.account();
      (live.account.config as Record<string, unknown>)['number'] = number;
      return live;
    };
    const [one, two, three] = [await make('1'), await make('1'), await make('2')];
    await inState(await post(one, 'a'), 'sent');
    const second = await post(two, 'b');
    await inState(await post(three, 'c'), 'sent');
    expect((await delivery(second)).state).toBe('queued');
    engine.clock.advance(1000);
    await inState(second, 'sent');
  });
});

test('a burst to one address is borrowed from the time to come', async () => {
  await beginWith(rated(1000, 10, { perAddressMs: 6000, perAddressBurst: 3 }));
  const live = await engine.account();
  const at: number[] = [];
  const start = engine.clock.now();
  platform(async (...all) => {
    at.push(engine.clock.now() - start);
    return sent(...all);
  });
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await post(live, 'ada'));
  await inState(ids[2]!, 'sent');
  expect(at).toEqual([0, 0, 0]);
  await passing('the last', async () => (await delivery(ids[4]!)).state === 'sent', 500);
  expect(at[3]).toBeGreaterThanOrEqual(6000);
  expect(at[4]).toBeGreaterThanOrEqual(12_000);
});
