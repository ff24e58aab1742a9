import { describe, expect, test } from 'vitest';
import type { SendOutcome } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import {
  attempted,
  beginWith,
  delivery,
  engine,
  inState,
  later,
  noWakes,
  passing,
  platform,
  post,
  requests,
  sent,
  texts,
  updates,
  useDispatcher,
} from './dispatcher.testing.ts';

useDispatcher();

describe('order', () => {
  test('invariant 4: one conversation goes out in order, through throttling and retries', async () => {
    const live = await engine.account();
    const outcomes: SendOutcome[] = [later, { type: 'throttled', retryAfterMs: 3000 }, later];
    platform(async (...all) => outcomes.shift() ?? sent(...all));
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push(await post(live, 'ada', `n${i}`));
    await passing('all to be sent', async () => (await delivery(ids[3]!)).state === 'sent');
    expect(texts()).toEqual(['n0', 'n0', 'n0', 'n0', 'n1', 'n2', 'n3']);
    for (const id of ids) expect((await delivery(id)).state).toBe('sent');
  });

  test('different conversations go side by side, each one at a time', async () => {
    const live = await engine.account();
    const open = new Set<string>();
    let most = 0;
    platform(async (...all) => {
      const { address } = all[1];
      expect(open.has(address)).toBe(false);
      open.add(address);
      most = Math.max(most, open.size);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open.delete(address);
      return sent(...all);
    });
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) ids.push(await post(live, `p${i % 5}`));
    for (const id of ids) await inState(id, 'sent');
    expect(most).toBeGreaterThan(1);
  });

  test('parts go one by one and in order; a failed one is taken up where it stopped', async () => {
    const live = await engine.account();
    const outcomes: (SendOutcome | undefined)[] = [undefined, later];
    platform(async (...all) => outcomes.shift() ?? sent(...all));
    const id = await post(live, 'ada', 'one two three four five six seven eight nine ten eleven');
    expect((await delivery(id)).partCount).toBeGreaterThan(2);
    await passing('it to be sent', async () => (await delivery(id)).state === 'sent');
    const { partCount } = await delivery(id);
    const keys = requests.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([
      `${id}.0`,
      `${id}.1`,
      ...Array.from({ length: partCount - 1 }, (_, i) => `${id}.${i + 1}`),
    ]);
    expect(updates(id).map(({ state }) => state)).toEqual(['sent']);
  });

  test('it is found in the ledger when nobody woke the lane', async () => {
    noWakes();
    const live = await engine.account();
    await inState(await post(live, 'ada'), 'sent');
  });
});

describe('limits', () => {
  const busy = (concurrency: number) => [probeConnector({ rate: { perSecond: 1000, concurrency } })];
  test('no more sends at once than the account allows', async () => {
    await beginWith(busy(3));
    const live = await engine.account();
    let atOnce = 0;
    let most = 0;
    platform(async (...all) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce--;
      return sent(...all);
    });
    const ids = await Promise.all(Array.from({ length: 40 }, (_, i) => post(live, `p${i}`)));
    for (const id of ids) await inState(id, 'sent');
    expect(most).toBe(3);
  });

  test('invariant 1: whoever waits for a place gets it, also when the one before had nothing to send any more', async () => {
    await beginWith(busy(1));
    const live = await engine.account();
    const gate = Promise.withResolvers<void>();
    platform(async (...all) => {
      if (all[1].address === 'probe:slow') await gate.promise;
      return sent(...all);
    });
    const ids = [await post(live, 'slow')];
    await until('the slow one', () => requests.length === 1);
    for (const person of ['a', 'b', 'c', 'd']) ids.push(await post(live, person));
    await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'probe:a', { optedOutAt: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 30));
    gate.resolve();
    await inState(ids[1]!, 'suppressed');
    for (const id of ids.filter((_, i) => i !== 1)) await inState(id, 'sent');
  });

  test('invariant 7: a hanging account and a throttled one slow down no other, however much waits there', async () => {
    await beginWith(busy(2));
    const [hanging, throttled, good] = [
      await engine.account(),
      await engine.account({ merchantId: 'mer_2' }),
      await engine.account({ merchantId: 'mer_3' }),
    ];
    const gate = Promise.withResolvers<void>();
    let failures = 2;
    platform(async (...all) => {
      if (all[0] === hanging) await gate.promise;
      if (all[0] === throttled) return { type: 'throttled', retryAfterMs: 3_600_000 };
      if (all[0] === good && failures-- > 0) return later;
      return sent(...all);
    });
    // more than one look into the ledger takes, in many conversations and in one
    await Promise.all(Array.from({ length: 1100 }, (_, i) => post(hanging, `h${i}`)));
    for (let i = 0; i < 15; i++) await Promise.all(Array.from({ length: 100 }, () => post(throttled, 'ada')));
    const ids = await Promise.all(['a', 'b', 'c'].map((person) => post(good, person)));
    await passing('the good one’s to be sent', async () => {
      for (const id of ids) if ((await delivery(id)).state !== 'sent') return false;
      return true;
    });
    expect(requests.filter(({ address }) => address.startsWith('probe:h')).length).toBeLessThanOrEqual(2);
    gate.resolve();
  });

  test('the gap between two messages to one address is kept', async () => {
    await beginWith([probeConnector({ rate: { perSecond: 1000, concurrency: 10, perAddressMs: 5000 } })]);
    const live = await engine.account();
    const at: number[] = [];
    platform(async (...all) => {
      at.push(engine.clock.now());
      return sent(...all);
    });
    const ids = [await post(live, 'ada'), await post(live, 'ada'), await post(live, 'ada')];
    await inState(await post(live, 'bob'), 'sent');
    await passing('all to be sent', async () => (await delivery(ids[2]!)).state === 'sent', 100);
    const [first, , second, third] = at.toSorted((a, b) => a - b);
    expect(second! - first!).toBeGreaterThanOrEqual(5000);
    expect(third! - second!).toBeGreaterThanOrEqual(5000);
  });

  test('a throttled account waits as long as the platform says, in all its conversations', async () => {
    const live = await engine.account();
    let throttle = true;
    platform(async (...all) =>
      throttle ? { type: 'throttled', retryAfterMs: 10_000, platformCode: '80007' } : sent(...all),
    );
    const first = await post(live, 'ada');
    await attempted(first, 1);
    const second = await post(live, 'bob');
    await until('it to wait', async () => (await delivery(second)).nextAttemptAt > engine.clock.now());
    expect(requests).toHaveLength(1);
    throttle = false;
    engine.clock.advance(9999);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(requests).toHaveLength(1);
    engine.clock.advance(1);
    await inState(first, 'sent');
    await inState(second, 'sent');
  });
});
