import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import { memoryBus } from '../bus/memory.ts';
import { emittedOf } from './emit.ts';
import type { Emitted } from './emit.ts';
import { Outbox } from './outbox.ts';

let engine: Engine;
let bus: ReturnType<typeof memoryBus>;
const running: Outbox[] = [];

beforeEach(async () => {
  engine = await startEngine();
  bus = memoryBus();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((outbox) => outbox.stop()));
  await engine.close();
});

function startOutbox(): { outbox: Outbox; recovered: Emitted[] } {
  const recovered: Emitted[] = [];
  const outbox = new Outbox({
    store: engine.store,
    bus,
    log: engine.log,
    clock: engine.clock,
    recovered: (event) => recovered.push(event),
  });
  engine.onEmitted = (event) => outbox.push(event);
  outbox.start();
  running.push(outbox);
  return { outbox, recovered };
}

const say = (conversationId = 'cnv_1') =>
  engine.store.write((tx) =>
    engine.emit(tx, {
      type: 'consumer.typing',
      merchantId: 'mer_1',
      conversationId,
      data: { conversation_id: conversationId, consumer_id: 'csm_1', on: true },
    }),
  );

const ledgerOrder = () => engine.emitted.map(({ id }) => id);
const published = () => bus.published.map(({ id }) => id);
const allPublished = () =>
  until('everything to be published', () => bus.published.length === engine.emitted.length);

test('invariant 4: events go out in ledger order', async () => {
  startOutbox();
  for (let round = 0; round < 20; round++)
    await Promise.all(Array.from({ length: 30 }, (_, i) => say(`cnv_${i % 7}`)));
  await allPublished();
  expect(published()).toEqual(ledgerOrder());
  expect(engine.emitted.map(({ seq }) => seq)).toEqual(
    engine.emitted.map(({ seq }) => seq).toSorted((a, b) => a - b),
  );
});

test('an event carries its place, its envelope and its lane over the bus', async () => {
  const taken: (Emitted | undefined)[] = [];
  bus.consume((message) => taken.push(emittedOf(message)));
  startOutbox();
  const event = await say();
  await until('the event', () => taken.length === 1);
  expect(taken).toEqual([event]);
  expect(JSON.parse(event.envelope)).toMatchObject({
    id: event.id,
    type: 'consumer.typing',
    merchantid: 'mer_1',
    conversationid: 'cnv_1',
  });
  expect(emittedOf({ subject: 'other', payload: '{}' })).toBeUndefined();
});

test('invariant 1: while the bus is away nothing is lost, and order is kept on return', async () => {
  startOutbox();
  await say();
  await allPublished();
  bus.away(true);
  for (let i = 0; i < 40; i++) await say();
  expect(bus.published).toHaveLength(1);
  bus.away(false);
  for (let i = 0; i < 40; i++) await say();
  await allPublished();
  expect(published()).toEqual(ledgerOrder());
});

test('a bus that refuses one publish in the middle of a batch gets it again, and those after it', async () => {
  let refuse = 3;
  const { publish } = bus;
  bus.publish = async (message) => {
    if (refuse > 0 && message.place === 5) {
      refuse--;
      throw new Error('refused');
    }
    return publish(message);
  };
  startOutbox();
  await Promise.all(Array.from({ length: 10 }, () => say()));
  await allPublished();
  expect(new Set(published())).toEqual(new Set(ledgerOrder()));
  expect(refuse).toBe(0);
});

test('invariant 1: after a crash everything unsettled is published again and handed to the worker', async () => {
  const events = [await say(), await say(), await say()];
  await engine.store.write((tx) => tx.events.settle(events[1]!.seq));
  const { recovered } = startOutbox();
  await until('the recovered ones', () => recovered.length === 2);
  expect(recovered.map(({ id }) => id)).toEqual([events[0]!.id, events[2]!.id]);
  expect(recovered[0]).toMatchObject(events[0]!);
  expect(published()).toEqual([events[0]!.id, events[2]!.id]);
  const next = await say();
  await until('the next one', () => published().includes(next.id));
  expect(recovered).toHaveLength(2);
});

test('when the bus was wiped, everything unsettled is published and handed over once more', async () => {
  const { outbox, recovered } = startOutbox();
  const events = [await say(), await say(), await say()];
  await allPublished();
  await engine.store.write((tx) => tx.events.settle(events[0]!.seq));
  expect(recovered).toHaveLength(0);
  outbox.republish();
  await until('the recovered ones', () => recovered.length === 2);
  expect(recovered.map(({ id }) => id)).toEqual([events[1]!.id, events[2]!.id]);
});

test('invariant 1: what the bus lost without a word is published again once it is older than any delivery takes, by the injected clock', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { recovered } = startOutbox();
    const event = await say();
    await allPublished();
    engine.clock.advance(29_000);
    vi.advanceTimersByTime(30_000);
    const young = await say();
    await until('the young one', () => published().includes(young.id));
    expect(recovered).toEqual([]);
    engine.clock.advance(2000);
    vi.advanceTimersByTime(30_000);
    await until('both once more', () => recovered.length === 2);
    expect(recovered.map(({ id }) => id)).toEqual([event.id, young.id]);
  } finally {
    vi.useRealTimers();
  }
});

test('the bus lost it, and the clock was set back: it goes out once more no later', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { recovered } = startOutbox();
    const event = await say();
    await allPublished();
    engine.clock.advance(-600_000);
    vi.advanceTimersByTime(30_000);
    await until('it once more', () => recovered.length === 1);
    expect(recovered[0]!.id).toBe(event.id);
  } finally {
    vi.useRealTimers();
  }
});

test('a burst larger than what is held in memory is read from the ledger, in order', async () => {
  const { publish } = bus;
  const gate = Promise.withResolvers<void>();
  bus.publish = async (message) => {
    await gate.promise;
    return publish(message);
  };
  startOutbox();
  for (let round = 0; round < 12; round++) await Promise.all(Array.from({ length: 500 }, () => say()));
  gate.resolve();
  await allPublished();
  expect(published()).toEqual(ledgerOrder());
});

test('stopping waits for what is being published', async () => {
  const { outbox } = startOutbox();
  await Promise.all(Array.from({ length: 50 }, () => say()));
  await outbox.stop();
  const count = bus.published.length;
  await say();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(bus.published).toHaveLength(count);
});
