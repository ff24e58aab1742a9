import { afterEach, expect, test } from 'vitest';
import { answered } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { Emitted } from '../events/emit.ts';
import {
  answers,
  calls,
  delivered,
  endpoint,
  engine,
  ids,
  rowOf,
  say,
  useWorker,
  worker,
  write,
} from './worker.testing.ts';

useWorker();

const url = 'http://a.test/';
const lane = 'cnv_1';
let stopping: (() => void) | undefined;
afterEach(() => stopping?.());

/** From now on the ledger refuses these of its next units, counted from 0, before they begin: a disk that is full for a moment. */
function refuse(places: number[]): { asked: number } {
  const { write: real } = engine.store;
  const counted = { asked: 0 };
  engine.store.write = (unit) => {
    const place = counted.asked++;
    return real((tx) => {
      if (places.includes(place)) throw new Error('the disk is full');
      return unit(tx);
    });
  };
  stopping = () => (engine.store.write = real);
  return counted;
}

/** What the outbox does after a while: it brings everything unsettled once more, in ledger order. */
async function bringAgain(): Promise<void> {
  const unsettled = await engine.store.read.events.unsettled(0, 1e9, 100);
  for (const { event } of unsettled) worker.take({ ...event, lane });
}

/** What a receiver that honours ids processed, in its order. */
const processed = () => [...new Set(calls(url))];

/** Time goes by, and the outbox with it, until the endpoint has had all of them. */
async function comesToRest(endpointId: string, events: Emitted[]): Promise<void> {
  await until('all to be settled', async () => {
    await bringAgain();
    engine.clock.advance(10_000);
    return (await engine.store.read.events.unsettledCount()).depth === 0;
  });
  engine.clock.advance(10_000);
  await delivered(endpointId, events);
}

const refusals = [[0], [1], [2], [3], [0, 1], [1, 2], [0, 2], [1, 3], [0, 1, 2, 3]];

test.each(refusals.map((places) => ({ places })))(
  'invariant 4: nothing overtakes what waits in memory and could not be written down ($places)',
  async ({ places }) => {
    const { row } = await endpoint(url);
    const gate = Promise.withResolvers<void>();
    let works = false;
    answers.set(url, async () => {
      await gate.promise;
      return answered(works ? 200 : 500);
    });
    const events: Emitted[] = [];
    for (let i = 0; i < 5; i++) events.push(await say(lane));
    await until('all of them to be in hand', () => worker.held === 5);
    const counted = refuse(places);
    gate.resolve();
    await until('the ledger to have refused', () => counted.asked > places[0]!);
    works = true;
    // the head is called again, and whoever is behind it in the ledger, before the outbox brings anything
    engine.clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await comesToRest(row.id, events);
    expect(processed()).toEqual(ids(events));
  },
);

test.each(refusals.map((places) => ({ places })))(
  'invariant 4: nothing overtakes what waits behind the ledger’s and could not be written down ($places)',
  async ({ places }) => {
    const { row } = await endpoint(url);
    let works = false;
    answers.set(url, () => answered(works ? 200 : 500));
    const first = await say(lane);
    await until('its failure', async () => (await rowOf(row.id, first))?.attempts === 1);
    const behind = [await write(lane), await write(lane), await write(lane), await write(lane)];
    const counted = refuse(places);
    for (const event of behind) worker.take(event);
    await until('the ledger to have refused', () => counted.asked > places[0]!);
    works = true;
    engine.clock.advance(10_000);
    await delivered(row.id, [first]);
    const events = [first, ...behind, await say(lane)];
    await comesToRest(row.id, events);
    expect(processed()).toEqual(ids(events));
  },
);

test('invariant 1: what could not be written down holds up its lane no longer than until it comes again', async () => {
  const { row } = await endpoint(url);
  answers.set(url, () => answered(500));
  const first = await say(lane);
  await until('its failure', async () => (await rowOf(row.id, first))?.attempts === 1);
  const lost = await write(lane);
  refuse([0]);
  worker.take(lost);
  await until('the refusal', () => engine.log.entries.some(({ event }) => event === 'webhooks.park_failed'));
  // erased meanwhile: nobody brings it again
  await engine.store.write((tx) => tx.events.settle(lost.seq));
  const next = await say(lane);
  await until('the next one to be written down', async () => (await rowOf(row.id, next)) !== undefined);
});
