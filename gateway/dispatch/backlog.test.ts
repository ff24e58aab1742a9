import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { deliveryRow } from '../../test/gateway/rows.ts';
import type { DeliveryRow } from '../store/port.ts';
import { Backlog } from './backlog.ts';
import { Turns } from './turns.ts';

let engine: Engine;
let turns: Turns;
let backlog: Backlog;
let atWork: Set<string>;
beforeEach(async () => {
  engine = await startEngine();
  turns = new Turns();
  atWork = new Set();
  backlog = new Backlog(engine, turns, (id) => atWork.has(id));
});
afterEach(() => engine.close());

/** Conversations of one message each, due one after the other. */
const fillLedger = (count: number, name: string, change: Partial<DeliveryRow> = {}) =>
  engine.store.write(async (tx) => {
    for (let i = 0; i < count; i++) {
      const id = `${name}${String(i).padStart(5, '0')}`;
      await tx.deliveries.insert(
        deliveryRow(`msg_${id}`, { conversationId: `cnv_${id}`, nextAttemptAt: i, ...change }),
      );
    }
  });
const send = (conversationIds: string[]) =>
  engine.store.write(async (tx) => {
    for (const conversationId of conversationIds) {
      const head = await tx.deliveries.head(conversationId);
      if (head) await tx.deliveries.update(head.messageId, { state: 'sent' });
    }
  });
const take = (count: number): string[] =>
  Array.from({ length: count }, () => turns.next({ mayRun: () => true, bulkToo: true }))
    .filter((lane) => lane !== undefined)
    .map(({ conversationId }) => conversationId);

test('a line is bounded, and filled again in the order in which things were due until nothing is left', async () => {
  await fillLedger(2500, 'a');
  await backlog.fill('acc_1', false);
  expect(turns.size).toBeLessThanOrEqual(1000);
  expect(backlog.wants('acc_1', false)).toBe(false);
  const order: string[] = [];
  for (let some = take(100); some.length > 0; some = take(100)) {
    order.push(...some);
    await send(some);
    expect(turns.size).toBeLessThanOrEqual(1000);
    if (backlog.wants('acc_1', false)) await backlog.fill('acc_1', false);
  }
  expect(order).toHaveLength(2500);
  expect(order).toEqual(order.toSorted());
});

test('what is woken doesn’t jump a line that goes on in the ledger, but for another class or account', async () => {
  await fillLedger(1500, 'a');
  await backlog.fill('acc_1', false);
  await fillLedger(1, 'new', { nextAttemptAt: 5000 });
  await fillLedger(1, 'bulk', { bulk: true });
  await fillLedger(1, 'other', { accountId: 'acc_2' });
  expect(await backlog.admit('cnv_new00000')).toBeUndefined();
  expect(await backlog.admit('cnv_bulk00000')).toMatchObject({ lane: { bulk: true } });
  expect(await backlog.admit('cnv_other00000')).toMatchObject({ lane: { accountId: 'acc_2' } });
});

test('many accounts share the room, and each has some', async () => {
  for (let i = 0; i < 100; i++) await fillLedger(300, `a${i}-`, { accountId: `acc_${i}` });
  for (let i = 0; i < 100; i++) await backlog.fill(`acc_${i}`, false);
  expect(turns.size).toBeLessThanOrEqual(22_000);
  for (let i = 0; i < 100; i++) expect(turns.waiting(`acc_${i}`, false)).toBeGreaterThanOrEqual(8);
});

test('a conversation at work, in line, not due or with nothing to send is not stood in line', async () => {
  await fillLedger(3, 'a');
  atWork.add('cnv_a00000');
  turns.add((await backlog.admit('cnv_a00001'))!.lane);
  await engine.store.write((tx) =>
    tx.deliveries.update('msg_a00002', { nextAttemptAt: engine.clock.now() + 1 }),
  );
  await backlog.fill('acc_1', false);
  expect(turns.size).toBe(1);
  expect(await backlog.admit('cnv_a00001')).toBeUndefined();
  expect(await backlog.admit('cnv_a00002')).toBeUndefined();
  expect(await backlog.admit('cnv_none')).toBeUndefined();
});

test('a deep conversation hides no other behind it', async () => {
  await engine.store.write(async (tx) => {
    for (let i = 0; i < 3000; i++)
      await tx.deliveries.insert(deliveryRow(`msg_a${i}`, { sequence: i, nextAttemptAt: 1 }));
  });
  await fillLedger(1, 'z', { nextAttemptAt: 2 });
  for (let looks = 0; looks < 3; looks++) await backlog.fill('acc_1', false);
  expect(turns.size).toBe(2);
});

test('a clock that is set back hides nothing that becomes due by it', async () => {
  const start = engine.clock.now();
  await fillLedger(3, 'a', { nextAttemptAt: start });
  await backlog.fill('acc_1', false);
  expect(take(3)).toHaveLength(3);
  await send(['cnv_a00000', 'cnv_a00001', 'cnv_a00002']);
  engine.clock.advance(-600_000);
  await fillLedger(1, 'b', { nextAttemptAt: engine.clock.now() });
  await backlog.fill('acc_1', false);
  expect(take(1)).toEqual(['cnv_b00000']);
});
