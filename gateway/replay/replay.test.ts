import { describe, expect, test } from 'vitest';
import { answered } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { Emitted } from '../events/emit.ts';
import type { Refusal } from '../problems.ts';
import {
  answers,
  calls,
  endpoint,
  endpoints,
  engine,
  http,
  ids,
  rowOf,
  say,
  worker,
} from '../webhooks/worker.testing.ts';
import { changeEndpoint, removeEndpoint } from '../webhooks/manage.ts';
import { countReplay, startReplay } from './manage.ts';
import {
  cancel,
  ended,
  options,
  past,
  pauses,
  replay,
  restartRunner,
  rowOfReplay,
  useRunner,
} from './replay.testing.ts';

useRunner();

const url = 'http://a.test/';
const events = (endpointId: string, only: 'dead' | 'all' = 'dead', sinceMs = 0) =>
  ({ of: 'events', endpointId, only, sinceMs }) as const;
const refused = (code: string) => expect.objectContaining({ code }) as Refusal;

describe('what goes', () => {
  test('all that was given up since a time, with the ids they had, and nothing else', async () => {
    const { row } = await endpoint(url);
    await past('cnv_1', { endpointId: row.id, state: 'dead' });
    engine.clock.advance(3600_000);
    const since = engine.clock.now();
    const dead = [
      await past('cnv_1', { endpointId: row.id, state: 'dead' }),
      await past('cnv_2', { endpointId: row.id, state: 'dead' }),
    ];
    await past('cnv_1', { endpointId: row.id, state: 'delivered' });
    await past('cnv_1', { merchantId: 'mer_2' });
    await past('cnv_1');
    const end = await ended(await replay(events(row.id, 'dead', since)));
    expect(end).toMatchObject({ state: 'done', total: 2, done: 2, failed: 0, skipped: 0 });
    expect(calls(url).toSorted()).toEqual(ids(dead).toSorted());
    expect(http.calls.map(({ body }) => body).toSorted()).toEqual(
      dead.map(({ envelope }) => envelope).toSorted(),
    );
    expect(await rowOf(row.id, dead[0]!)).toMatchObject({
      state: 'delivered',
      attempts: 11,
      lastStatus: 200,
      lastReason: null,
    });
  });

  test('with "all" also what was delivered and what was never tried; what waits has its own turn', async () => {
    const { row } = await endpoint(url);
    const delivered = await past('cnv_1', { endpointId: row.id, state: 'delivered' });
    const never = await past('cnv_2');
    await past('cnv_3', { endpointId: row.id, state: 'pending' });
    const end = await ended(await replay(events(row.id, 'all')));
    expect(end).toMatchObject({ state: 'done', total: 3, done: 2, skipped: 1 });
    expect(calls(url).toSorted()).toEqual(ids([delivered, never]).toSorted());
    expect((await rowOf(row.id, never))?.state).toBe('delivered');
    expect((await rowOf(row.id, delivered))?.attempts).toBe(10);
  });

  test('those that are named, however often; only types that the endpoint wants', async () => {
    const { row } = await endpoint(url);
    const named = await past('cnv_1', { endpointId: row.id, state: 'delivered' });
    await past('cnv_1');
    const request = { ...events(row.id, 'all'), ids: [named.id, named.id] };
    expect(await ended(await replay(request))).toMatchObject({ total: 1, done: 1 });
    expect(calls(url)).toEqual([named.id]);
    const { row: other } = await endpoint('http://b.test/', { types: ['message.received'] });
    expect(await ended(await replay(events(other.id, 'all')))).toMatchObject({ total: 0, done: 0 });
  });

  test('thousands, page by page, each once', async () => {
    const { row } = await endpoint(url);
    const dead: Emitted[] = [];
    for (let i = 0; i < 450; i++)
      dead.push(await past(`cnv_${i % 7}`, { endpointId: row.id, state: 'dead' }));
    expect(await ended(await replay(events(row.id)))).toMatchObject({ state: 'done', total: 450, done: 450 });
    expect(calls(url).toSorted()).toEqual(ids(dead).toSorted());
  });

  test('an event whose content was removed does not', async () => {
    const { row } = await endpoint(url);
    const event = await past('cnv_1', { endpointId: row.id, state: 'dead' });
    await engine.store.write((tx) => tx.retention.removeEvent(event.seq, '{}', 1));
    expect(await ended(await replay(events(row.id)))).toMatchObject({ done: 0, skipped: 1 });
    expect(calls(url)).toEqual([]);
  });

  test('a count beforehand starts nothing', async () => {
    const { row } = await endpoint(url);
    await past('cnv_1', { endpointId: row.id, state: 'dead' });
    expect(await countReplay(engine, 'mer_1', events(row.id), new AbortController().signal)).toBe(1);
    expect(await engine.store.read.replays.of('mer_1', 'z', 10)).toEqual([]);
    expect(calls(url)).toEqual([]);
  });
});

describe('invariant 4: order within a conversation', () => {
  test('is kept, also when a call fails and is repeated', async () => {
    const { row } = await endpoint(url);
    const dead: Emitted[] = [];
    for (let i = 0; i < 60; i++) dead.push(await past(`cnv_${i % 3}`, { endpointId: row.id, state: 'dead' }));
    const refusedOnce = new Set(ids(dead.filter((_, i) => i % 5 === 3)));
    const taken: string[] = [];
    answers.set(url, ({ headers }) => {
      const id = headers?.['webhook-id'] ?? '';
      if (refusedOnce.delete(id)) return answered(503);
      taken.push(id);
      return answered(200);
    });
    await ended(await replay(events(row.id)));
    for (const lane of ['cnv_0', 'cnv_1', 'cnv_2'])
      expect(taken.filter((id) => dead.some((one) => one.id === id && one.lane === lane))).toEqual(
        ids(dead.filter((one) => one.lane === lane)),
      );
  });
});

describe('invariant 7: live traffic', () => {
  test('is not held up by a replay that hangs, not even in the same conversation', async () => {
    const { row } = await endpoint(url);
    const dead: Emitted[] = [];
    for (let i = 0; i < 20; i++) dead.push(await past(`cnv_${i % 8}`, { endpointId: row.id, state: 'dead' }));
    const gate = Promise.withResolvers<void>();
    const isDead = new Set(ids(dead));
    answers.set(url, async ({ headers }) => {
      if (isDead.has(headers?.['webhook-id'] ?? '')) await gate.promise;
      return answered(200);
    });
    const id = await replay(events(row.id));
    await until('replayed calls', () => calls(url).length === 4);
    const live: Emitted[] = [];
    for (let i = 0; i < 40; i++) live.push(await say(`cnv_${i % 8}`));
    await until('the live ones', async () => {
      for (const event of live) if ((await rowOf(row.id, event))?.state !== 'delivered') return false;
      return true;
    });
    // no more than four at once, whatever there is
    expect(calls(url).filter((one) => isDead.has(one))).toHaveLength(4);
    gate.resolve();
    expect(await ended(id)).toMatchObject({ state: 'done', done: 20 });
  });

  test('goes first: a replay waits while live calls take the endpoint’s places', async () => {
    const { row } = await endpoint(url);
    const dead = await past('cnv_x', { endpointId: row.id, state: 'dead' });
    const gate = Promise.withResolvers<void>();
    answers.set(url, async () => {
      await gate.promise;
      return answered(200);
    });
    for (let i = 0; i < 40; i++) await say(`cnv_${i}`);
    await until('live calls', () => calls(url).length === 32);
    const id = await replay(events(row.id));
    await until('the replay to wait for room', () => pauses.length > 5);
    expect(calls(url)).not.toContain(dead.id);
    gate.resolve();
    await ended(id);
    expect(calls(url).at(-1)).toBe(dead.id);
  });

  test('keeps its own pace after a replay failed: its failures say nothing of the endpoint', async () => {
    const { row } = await endpoint(url);
    for (let i = 0; i < 12; i++) await past(`cnv_${i}`, { endpointId: row.id, state: 'dead' });
    answers.set(url, () => answered(500));
    const end = await ended(await replay(events(row.id)));
    expect(end).toMatchObject({ state: 'failed', reason: 'endpoint_failing', done: 0 });
    expect(calls(url).length).toBeLessThan(25);
    expect(worker.hasSpare(row.id)).toBe(true);
    expect(endpoints.get('mer_1', row.id)!.row).toMatchObject({ state: 'active', failingSince: null });
  });

  test('of one endpoint is nothing to another: a dead one costs only its own replay', async () => {
    const { row: dead } = await endpoint('http://dead.test/');
    const { row } = await endpoint(url);
    const gate = Promise.withResolvers<void>();
    answers.set('http://dead.test/', async () => {
      await gate.promise;
      return answered(500);
    });
    await past('cnv_1', { endpointId: dead.id, state: 'dead' });
    await past('cnv_1', { endpointId: row.id, state: 'dead' });
    const stuck = await replay(events(dead.id));
    expect(await ended(await replay(events(row.id)))).toMatchObject({ state: 'done', done: 1 });
    expect((await rowOfReplay(stuck)).state).toBe('running');
    await cancel(stuck);
    gate.resolve();
  });
});

describe('how it ends', () => {
  test('one that is refused thrice stays given up, and the next goes on', async () => {
    const { row } = await endpoint(url);
    const poison = await past('cnv_1', { endpointId: row.id, state: 'dead' });
    const next = await past('cnv_1', { endpointId: row.id, state: 'dead' });
    answers.set(url, ({ headers }) => answered(headers?.['webhook-id'] === poison.id ? 500 : 200));
    expect(await ended(await replay(events(row.id)))).toMatchObject({ state: 'done', done: 1, failed: 1 });
    expect(calls(url)).toEqual([poison.id, poison.id, poison.id, next.id]);
    expect(pauses.filter((ms) => ms >= 1000)).toEqual([1000, 2000]);
    expect(await rowOf(row.id, poison)).toMatchObject({ state: 'dead', lastStatus: 500 });
  });

  test('cancelled: what was sent stays sent, the rest stays given up', async () => {
    const { row } = await endpoint(url);
    for (let i = 0; i < 10; i++) await past('cnv_1', { endpointId: row.id, state: 'dead' });
    const gate = Promise.withResolvers<void>();
    answers.set(url, async () => {
      await gate.promise;
      return answered(200);
    });
    const id = await replay(events(row.id));
    await until('the first call', () => calls(url).length === 1);
    expect(await cancel(id)).toMatchObject({ state: 'cancelled' });
    gate.resolve();
    await until('the first to be counted', async () => (await rowOfReplay(id)).done === 1);
    await restartRunner();
    expect(calls(url)).toHaveLength(1);
    expect(await cancel(id)).toMatchObject({ state: 'cancelled', done: 1 });
  });

  test.each(['disabled', 'removed'] as const)('an endpoint that is %s meanwhile', async (how) => {
    const { row } = await endpoint(url);
    for (let i = 0; i < 3; i++) await past('cnv_1', { endpointId: row.id, state: 'dead' });
    const gate = Promise.withResolvers<void>();
    answers.set(url, async () => {
      await gate.promise;
      return answered(200);
    });
    const id = await replay(events(row.id));
    await until('the first call', () => calls(url).length === 1);
    const of = { ...engine, endpoints, worker };
    if (how === 'removed') await removeEndpoint(of, 'mer_1', row.id);
    else await changeEndpoint(of, { merchantId: 'mer_1', id: row.id }, { state: 'disabled' });
    gate.resolve();
    expect(await ended(id)).toMatchObject({ state: 'failed', reason: `endpoint_${how}`, done: 1 });
  });
});

describe('after a crash', () => {
  test('it goes on where it was: nothing counted is sent again, nothing is left out', async () => {
    const { row } = await endpoint(url);
    const dead: Emitted[] = [];
    for (let i = 0; i < 230; i++)
      dead.push(await past(`cnv_${i % 5}`, { endpointId: row.id, state: 'delivered' }));
    const gate = Promise.withResolvers<void>();
    answers.set(url, async () => {
      if (http.calls.length > 100) await gate.promise;
      return answered(200);
    });
    const id = await replay(events(row.id, 'all'));
    await until('some of it', async () => (await rowOfReplay(id)).done === 100);
    // what is in hand when the process dies is written nowhere
    const before = calls(url).slice(0, 100);
    const stopping = restartRunner();
    answers.set(url, () => answered(200));
    gate.resolve();
    await stopping;
    const end = await ended(id);
    expect(end).toMatchObject({ state: 'done', total: 230, done: 230 });
    expect(new Set(calls(url))).toEqual(new Set(ids(dead)));
    for (const one of before) expect(calls(url).filter((each) => each === one)).toHaveLength(1);
    expect(await engine.store.read.replays.marked(id)).toEqual([]);
  });
});

describe('asking', () => {
  test('invariant 3: one Idempotency-Key is one replay', async () => {
    const { row } = await endpoint(url);
    const ask = (key: string, bodyHash: string) =>
      startReplay(options(), {
        merchantId: 'mer_1',
        request: events(row.id),
        idempotency: { key, bodyHash },
      });
    const [first, again] = await Promise.all([ask('k', 'h'), ask('k', 'h')]);
    expect(again.replay.id).toBe(first.replay.id);
    expect([first.repeated, again.repeated]).toEqual([false, true]);
    await expect(ask('k', 'other')).rejects.toEqual(refused('idempotency_mismatch'));
  });

  test('invariant 8: nothing of another merchant’s', async () => {
    const { row } = await endpoint(url);
    const event = await past('cnv_1', { endpointId: row.id, state: 'dead' });
    const { row: other } = await endpoint('http://b.test/', { merchantId: 'mer_2' });
    await expect(replay(events(row.id), 'mer_2')).rejects.toEqual(refused('not_found'));
    await expect(replay({ ...events(other.id, 'all'), ids: [event.id] }, 'mer_2')).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/ids/0', detail: 'unknown event' }],
    });
    const id = await replay(events(row.id));
    await expect(cancel(id, 'mer_2')).rejects.toEqual(refused('not_found'));
  });

  test('a disabled endpoint is recovered, not replayed to; too many at once are refused', async () => {
    const { row } = await endpoint(url, { merchantId: 'mer_2' });
    const gate = Promise.withResolvers<void>();
    answers.set(url, async () => {
      await gate.promise;
      return answered(200);
    });
    await past('cnv_1', { endpointId: row.id, state: 'dead', merchantId: 'mer_2' });
    for (let i = 0; i < 20; i++) await replay(events(row.id), 'mer_2');
    await expect(replay(events(row.id), 'mer_2')).rejects.toEqual(refused('conflict'));
    const of = { merchantId: 'mer_2', id: row.id };
    await changeEndpoint({ ...engine, endpoints, worker }, of, { state: 'disabled' });
    await expect(replay(events(row.id), 'mer_2')).rejects.toEqual(refused('conflict'));
    gate.resolve();
  });
});
