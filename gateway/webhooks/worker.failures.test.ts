import { describe, expect, test } from 'vitest';
import { answered } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { Emitted } from '../events/emit.ts';
import { changeEndpoint, recoverEndpoint, removeEndpoint } from './manage.ts';
import {
  answers,
  called,
  calls,
  delivered,
  endpoint,
  endpoints,
  engine,
  http,
  ids,
  restart,
  rowOf,
  say,
  settled,
  useWorker,
  worker,
  write,
} from './worker.testing.ts';

const day = 86_400_000;

useWorker();

describe('failures', () => {
  test('invariant 7: a failing event holds back its own conversation and nothing else', async () => {
    const { row } = await endpoint('http://a.test/');
    const bad = new Set<string>();
    answers.set('http://a.test/', ({ headers }) =>
      answered(bad.has(headers?.['webhook-id'] ?? '') ? 500 : 200),
    );
    const poison = await write('cnv_bad');
    bad.add(poison.id);
    worker.take(poison);
    await until('its failure', async () => (await rowOf(row.id, poison))?.attempts === 1);
    const behind = await say('cnv_bad');
    const others = [await say('cnv_1'), await say('cnv_2'), await say()];
    await delivered(row.id, others);
    await settled();
    expect(await rowOf(row.id, behind)).toMatchObject({ state: 'pending', attempts: 0 });
    bad.clear();
    engine.clock.advance(7000);
    await delivered(row.id, [poison, behind]);
  });

  test('invariant 4: a lane is worked off by one alone, however long the ledger takes to name the next of it', async () => {
    const { row } = await endpoint('http://a.test/');
    let works = false;
    answers.set('http://a.test/', () => answered(works ? 200 : 500));
    const first = await say('cnv_1');
    await until('its failure', async () => (await rowOf(row.id, first))?.attempts === 1);
    const behind = [await say('cnv_1'), await say('cnv_1')];
    await settled();
    const { webhooks } = engine.store.read;
    const { laneHead } = webhooks;
    let reading = 0;
    // longer than the pause between two looks for what is due
    webhooks.laneHead = async (...of) => {
      reading++;
      const head = await laneHead(...of);
      await new Promise((resolve) => setTimeout(resolve, 500));
      reading--;
      return head;
    };
    works = true;
    engine.clock.advance(7000);
    await delivered(row.id, behind);
    await until('whoever works on it to be done', () => reading === 0);
    webhooks.laneHead = laneHead;
    await until('the last call', () => calls('http://a.test/').length >= 4);
    expect(calls('http://a.test/')).toEqual(ids([first, first, ...behind]));
  });

  test('invariant 7: one merchant’s hanging endpoint slows down nobody else', async () => {
    const hanging = Promise.withResolvers<void>();
    answers.set('http://dead.test/', async () => {
      await hanging.promise;
      return { type: 'unknown', reason: 'timeout' };
    });
    await endpoint('http://dead.test/');
    const { row: good } = await endpoint('http://good.test/', { merchantId: 'mer_2' });
    for (let i = 0; i < 400; i++) worker.take(await write(`cnv_${i % 150}`));
    const others: Emitted[] = [];
    for (let i = 0; i < 20; i++) others.push(await say(`cnv_good_${i % 4}`, 'mer_2'));
    await delivered(good.id, others);
    expect(calls('http://dead.test/').length).toBeLessThanOrEqual(32);
    hanging.resolve();
  });

  test.each(['many conversations', 'one conversation'])(
    'invariant 7: 5,000 events of a dead endpoint cost bounded memory (%s)',
    async (kind) => {
      const hanging = Promise.withResolvers<void>();
      answers.set('http://dead.test/', async () => {
        await hanging.promise;
        return answered(500);
      });
      const { row } = await endpoint('http://dead.test/');
      let most = 0;
      for (let round = 0; round < 50; round++) {
        const events = await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            write(kind === 'one conversation' ? 'cnv_1' : `cnv_${round * 100 + i}`),
          ),
        );
        for (const event of events) worker.take(event);
        most = Math.max(most, worker.held);
      }
      // all are either in memory, up to the limit, or written down for later
      await until('all to be placed', async () => {
        most = Math.max(most, worker.held);
        const waiting = (await engine.store.read.webhooks.waitingEndpoints())[0]?.waiting ?? 0;
        return worker.held + waiting === 5000;
      });
      expect(most).toBeLessThanOrEqual(4096);
      hanging.resolve();
      await settled();
      expect((await engine.store.read.webhooks.waitingEndpoints())[0]).toEqual({
        endpointId: row.id,
        waiting: 5000,
      });
      expect(worker.held).toBe(0);
    },
  );

  test('invariant 4: what did not fit in memory comes in order behind what did', async () => {
    const gate = Promise.withResolvers<void>();
    answers.set('http://a.test/', async () => {
      await gate.promise;
      return answered(200);
    });
    const { row } = await endpoint('http://a.test/');
    const events: Emitted[] = [];
    const write100 = async () => {
      for (const event of await Promise.all(Array.from({ length: 100 }, () => write('cnv_1')))) {
        events.push(event);
        worker.take(event);
      }
    };
    for (let round = 0; round < 42; round++) await write100();
    await until(
      'some to be written down',
      async () => (await engine.store.read.webhooks.waitingEndpoints()).length > 0,
    );
    gate.resolve();
    await write100();
    await delivered(row.id, events.slice(-1));
    expect(calls('http://a.test/')).toEqual(ids(events));
  });

  test('invariant 1: what did not fit in memory is taken up after a crash, behind what did', async () => {
    answers.set(
      'http://a.test/',
      ({ signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ type: 'unknown', reason: 'aborted' })),
        ),
    );
    const { row } = await endpoint('http://a.test/');
    const events = await Promise.all(Array.from({ length: 4100 }, () => write('cnv_1')));
    for (const event of events) worker.take(event);
    await until(
      'some to be written down',
      async () => ((await engine.store.read.webhooks.waitingEndpoints())[0]?.waiting ?? 0) === 4,
    );
    await restart(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const event of events) worker.take(event);
    await delivered(row.id, events.slice(-1));
    expect(calls('http://a.test/')).toEqual(ids(events));
  });

  test('a dead endpoint that comes back gets all of it, in order', async () => {
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => ({ type: 'unsent', reason: 'connect' }));
    const events: Emitted[] = [];
    for (let i = 0; i < 300; i++) events.push(await say(`cnv_${i % 30}`));
    await settled();
    answers.delete('http://a.test/');
    http.calls.length = 0;
    engine.clock.advance(day);
    await delivered(row.id, events);
    const perLane = Map.groupBy(
      http.calls.map((call) => JSON.parse(String(call.body)) as { id: string; conversationid: string }),
      ({ conversationid }) => conversationid,
    );
    for (const [lane, got] of perLane)
      expect(got.map(({ id }) => id)).toEqual(
        events.filter((event) => event.lane === lane).map(({ id }) => id),
      );
  });

  test('it is tried again on schedule, then given up, with the lane going on', async () => {
    const { row } = await endpoint('http://a.test/', { types: ['consumer.typing'] });
    let failing = true;
    answers.set('http://a.test/', () => answered(failing ? 500 : 200));
    const event = await say('cnv_1');
    await settled();
    for (const [i, seconds] of [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].entries()) {
      const waiting = await until(`failure ${i + 1}`, async () => {
        const found = await rowOf(row.id, event);
        return found?.attempts === i + 1 && found;
      });
      const delay = waiting.nextAttemptAt! - engine.clock.now();
      expect(delay).toBeGreaterThanOrEqual(seconds * 1000);
      expect(delay).toBeLessThanOrEqual(seconds * 1200);
      engine.clock.advance(delay);
    }
    const dead = await until('the last failure', async () => {
      const found = await rowOf(row.id, event);
      return found?.state === 'dead' && found;
    });
    expect(dead).toMatchObject({ attempts: 10, nextAttemptAt: null, lastStatus: 500, lastReason: 'status' });
    failing = false;
    await delivered(row.id, [await say('cnv_1')]);
  });

  test('Retry-After is honoured where it is longer than the schedule', async () => {
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => answered(429, { 'retry-after': '120' }));
    const event = await say('cnv_1');
    await settled();
    expect((await rowOf(row.id, event))?.nextAttemptAt).toBe(engine.clock.now() + 120_000);
    const soon = await endpoint('http://b.test/');
    answers.set('http://b.test/', () => answered(503, { 'retry-after': '1' }));
    const other = await say('cnv_2');
    await settled();
    expect((await rowOf(soon.row.id, other))?.nextAttemptAt).toBeGreaterThanOrEqual(
      engine.clock.now() + 5000,
    );
  });

  test.each([
    [301, 'redirect'],
    [307, 'redirect'],
    [400, 'status'],
    [500, 'status'],
  ])('%i is a failure', async (status, lastReason) => {
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => answered(status, { location: 'http://b.test/' }));
    const event = await say('cnv_1');
    await settled();
    expect(await rowOf(row.id, event)).toMatchObject({
      state: 'pending',
      attempts: 1,
      lastStatus: status,
      lastReason,
    });
    expect(calls('http://b.test/')).toEqual([]);
  });
});

describe('an endpoint’s health', () => {
  const disabled = () =>
    engine.emitted.filter(({ envelope }) => envelope.includes('webhook_endpoint.disabled'));

  test('410 disables it at once, and an event says so', async () => {
    engine.onEmitted = (event) => worker.take(event);
    const { row } = await endpoint('http://gone.test/');
    const { row: other } = await endpoint('http://other.test/');
    answers.set('http://gone.test/', () => answered(410));
    const events = [await say('cnv_1'), await say('cnv_1')];
    await settled();
    expect(await engine.store.read.webhooks.endpoint(row.id)).toMatchObject({
      state: 'disabled',
      disabledAt: engine.clock.now(),
    });
    expect(disabled()).toHaveLength(1);
    expect(JSON.parse(disabled()[0]!.envelope)).toMatchObject({
      data: { endpoint_id: row.id, reason: 'gone' },
    });
    await delivered(other.id, disabled());
    await say('cnv_2');
    await settled();
    expect(calls('http://gone.test/')).toEqual([events[0]!.id]);
  });

  test('five days without one success disable it; one success in between begins anew', async () => {
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => answered(500));
    await say('cnv_1');
    await settled();
    engine.clock.advance(4 * day);
    answers.delete('http://a.test/');
    await until(
      'a success',
      async () => (await engine.store.read.webhooks.endpoint(row.id))?.failingSince === null,
    );
    answers.set('http://a.test/', () => answered(500));
    await say('cnv_2');
    await settled();
    engine.clock.advance(5 * day - 1);
    await until('the failed attempt', () => calls('http://a.test/').length >= 4);
    await settled();
    expect((await engine.store.read.webhooks.endpoint(row.id))?.state).toBe('active');
    engine.clock.advance(day);
    await until(
      'the end',
      async () => (await engine.store.read.webhooks.endpoint(row.id))?.state === 'disabled',
    );
    expect(JSON.parse(disabled()[0]!.envelope)).toMatchObject({
      data: { endpoint_id: row.id, reason: 'failing' },
    });
    expect(await engine.store.read.webhooks.waitingEndpoints()).toEqual([]);
  });

  test('recovered, it gets what it missed since a time, in order, and not what is older', async () => {
    engine.onEmitted = (event) => worker.take(event);
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => answered(410));
    const old = await say('cnv_1');
    await settled();
    engine.clock.advance(1000);
    const since = engine.clock.now();
    const missed = [await say('cnv_1'), await say('cnv_1'), await say('cnv_2'), await say('cnv_1')];
    await settled();
    answers.delete('http://a.test/');
    http.calls.length = 0;
    expect(
      await recoverEndpoint({ ...engine, endpoints, worker }, { merchantId: 'mer_1', id: row.id }, since),
    ).toBeGreaterThanOrEqual(4);
    await delivered(row.id, missed);
    const next = await say('cnv_1');
    await delivered(row.id, [next]);
    expect(calls('http://a.test/')).not.toContain(old.id);
    const ofFirst = calls('http://a.test/').filter((id) =>
      [missed[0]!, missed[1]!, missed[3]!, next].some((event) => event.id === id),
    );
    expect(ofFirst).toEqual(ids([missed[0]!, missed[1]!, missed[3]!, next]));
  });

  test('made active by hand after days of failure, it has its five days again', async () => {
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => answered(500));
    await say('cnv_1');
    await settled();
    engine.clock.advance(5 * day);
    await until(
      'the end',
      async () => (await engine.store.read.webhooks.endpoint(row.id))?.state === 'disabled',
    );
    await changeEndpoint(
      { ...engine, endpoints, worker },
      { merchantId: 'mer_1', id: row.id },
      { state: 'active' },
    );
    const event = await say('cnv_2');
    await until('its failure', async () => (await rowOf(row.id, event))?.attempts === 1);
    expect((await engine.store.read.webhooks.endpoint(row.id))?.state).toBe('active');
  });

  test('one that was removed holds nothing up', async () => {
    const { row } = await endpoint('http://a.test/');
    const { row: other } = await endpoint('http://b.test/');
    const gate = Promise.withResolvers<void>();
    answers.set('http://a.test/', async () => {
      await gate.promise;
      return answered(500);
    });
    const events = [await say('cnv_1'), await say('cnv_1')];
    await called('http://a.test/', 1);
    await removeEndpoint({ ...engine, endpoints, worker }, 'mer_1', row.id);
    gate.resolve();
    await delivered(other.id, events);
    await settled();
  });
});
