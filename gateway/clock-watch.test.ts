import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEngine } from '../test/gateway/engine.ts';
import type { Engine } from '../test/gateway/engine.ts';
import { deliveryRow, webhookRow } from '../test/gateway/rows.ts';
import { ClockWatch } from './clock-watch.ts';
import type { DeliveryRow, WebhookDeliveryRow } from './store/port.ts';

const minute = 60_000;

let engine: Engine;
let watch: ClockWatch;
let passedMs: number;
beforeEach(async () => {
  engine = await startEngine();
  passedMs = 1000;
  watch = new ClockWatch({ ...engine, passed: () => passedMs });
});
afterEach(async () => {
  await watch.stop();
  await engine.close();
});

/** Time as it passes for everybody. */
const pass = (ms: number) => {
  engine.clock.advance(ms);
  passedMs += ms;
};
const waits = (id: string, inMs: number, change: Partial<DeliveryRow> = {}) =>
  engine.store.write((tx) =>
    tx.deliveries.insert(
      deliveryRow(`msg_${id}`, {
        conversationId: `cnv_${id}`,
        nextAttemptAt: engine.clock.now() + inMs,
        ...change,
      }),
    ),
  );
const leftMs = async (id: string) =>
  (await engine.store.read.deliveries.byMessage(`msg_${id}`))!.nextAttemptAt - engine.clock.now();
const said = () => engine.log.entries.map(({ event, fields }) => [event, fields]);

test('what was due stays due, and what waits for a retry waits as long as it would have', async () => {
  await waits('due', 0);
  await waits('soon', 5000);
  await waits('later', 20 * minute);
  await waits('bulk', 5000, { bulk: true });
  await waits('other', 5000, { accountId: 'acc_2' });
  pass(1000);
  engine.clock.advance(-8 * minute);
  await watch.look();
  expect(await leftMs('due')).toBe(0);
  for (const id of ['soon', 'bulk', 'other']) expect(await leftMs(id), id).toBe(4000);
  expect(await leftMs('later')).toBe(20 * minute - 1000);
  expect(said()).toEqual([['clock.set_back', { byMs: 8 * minute, deliveries: 5, webhooks: 0 }]]);
  await watch.look();
  expect(await leftMs('soon')).toBe(4000);
  expect(said()).toHaveLength(1);
});

test('what has an hour of its own keeps it, and what is in hand stays in hand', async () => {
  await waits('at-noon', 5000, { scheduled: true });
  await waits('in-hand', 5000, { inFlight: true });
  await waits('uncertain', 5000, { state: 'uncertain' });
  engine.clock.advance(-8 * minute);
  await watch.look();
  for (const id of ['at-noon', 'in-hand', 'uncertain']) expect(await leftMs(id), id).toBe(8 * minute + 5000);
});

test('webhooks are called again as soon as they would have been', async () => {
  const row = (seq: number, inMs: number | null, change: Partial<WebhookDeliveryRow> = {}) =>
    engine.store.write((tx) =>
      tx.webhooks.insert(
        webhookRow(seq, {
          lane: `cnv_${seq}`,
          nextAttemptAt: inMs === null ? null : engine.clock.now() + inMs,
          ...change,
        }),
      ),
    );
  await row(1, 0);
  await row(2, 5000);
  await row(3, 20 * minute);
  await row(4, null);
  await row(5, 5000, { state: 'dead' });
  engine.clock.advance(-8 * minute);
  await watch.look();
  const left = async (seq: number) => {
    const at = (await engine.store.read.webhooks.one('whe_1', seq))!.nextAttemptAt;
    return at && at - engine.clock.now();
  };
  expect([await left(1), await left(2), await left(3), await left(4)]).toEqual([0, 5000, 20 * minute, null]);
  expect(await left(5)).toBe(8 * minute + 5000);
});

test('however much waits, each is moved once', async () => {
  const count = 1234;
  await engine.store.write(async (tx) => {
    for (let i = 0; i < count; i++)
      await tx.deliveries.insert(
        deliveryRow(`msg_${i}`, {
          conversationId: `cnv_${i}`,
          nextAttemptAt: engine.clock.now() + Math.floor(i / 3) * 1000,
        }),
      );
    for (let i = 0; i < count; i++)
      await tx.webhooks.insert(
        webhookRow(i, { lane: `cnv_${i}`, nextAttemptAt: engine.clock.now() + Math.floor(i / 3) * 1000 }),
      );
  });
  engine.clock.advance(-minute);
  await watch.look();
  for (let i = 0; i < count; i++) {
    expect(await leftMs(String(i))).toBe(Math.floor(i / 3) * 1000);
    const webhook = await engine.store.read.webhooks.one('whe_1', i);
    expect(webhook!.nextAttemptAt! - engine.clock.now()).toBe(Math.floor(i / 3) * 1000);
  }
});

test('a clock that is kept right, set forward or stopped with everybody else moves nothing', async () => {
  await waits('soon', 5000);
  engine.clock.advance(-1900);
  await watch.look();
  engine.clock.advance(1900);
  await watch.look();
  pass(3600_000);
  await watch.look();
  engine.clock.advance(8 * minute);
  await watch.look();
  expect(await leftMs('soon')).toBe(5000 - 3600_000 - 8 * minute);
  expect(said()).toEqual([]);
});

test('set back while the gateway was away: the last event tells', async () => {
  await engine.store.write((tx) =>
    engine.emit(tx, {
      type: 'consumer.typing',
      merchantId: 'mer_1',
      conversationId: 'cnv_1',
      data: { conversation_id: 'cnv_1', consumer_id: 'csm_1', on: true },
    }),
  );
  await waits('soon', 5000);
  engine.clock.advance(-8 * minute);
  await watch.lookBack();
  expect(await leftMs('soon')).toBe(5000);
});

test('a ledger that cannot be read now is said, and looked at no less', async () => {
  const { read } = engine.store;
  const broken = { ...engine.store, read: { ...read, deliveries: { ...read.deliveries } } };
  broken.read.deliveries.dueAccounts = () => Promise.reject(new Error('the disk is away'));
  const other = new ClockWatch({ ...engine, store: broken, passed: () => passedMs });
  engine.clock.advance(-8 * minute);
  await other.look();
  expect(said()).toEqual([['clock.timers_failed', { error: new Error('the disk is away') }]]);
});
