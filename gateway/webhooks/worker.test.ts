import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { answered } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { Emitted } from '../events/emit.ts';
import { rotateSecret } from './manage.ts';
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

describe('the call', () => {
  test('a Standard Webhooks call of the envelope as it is in the ledger', async () => {
    const { secret } = await endpoint('http://a.test/');
    const event = await say('cnv_1');
    await settled();
    const [call] = http.calls;
    expect(call).toMatchObject({ method: 'POST', url: 'http://a.test/', body: event.envelope });
    expect(call!.headers!['webhook-id']).toBe(event.id);
    // the library refuses what is older than five minutes, and the clock of this test stands elsewhere
    const at = new Date(Number(call!.headers!['webhook-timestamp']) * 1000);
    expect(at.getTime()).toBe(Math.floor(engine.clock.now() / 1000) * 1000);
    expect(call!.headers!['webhook-signature']).toBe(new Webhook(secret).sign(event.id, at, event.envelope));
  });

  test('after a rotation both secrets sign for a day, then the new one alone', async () => {
    const { row, secret: old } = await endpoint('http://a.test/');
    const secret = await rotateSecret({ ...engine, endpoints, worker }, 'mer_1', row.id);
    expect(secret).not.toBe(old);
    const signedBy = async (secrets: string[]) => {
      const event = await say('cnv_1');
      await settled();
      const headers = http.calls.at(-1)!.headers!;
      const at = new Date(Number(headers['webhook-timestamp']) * 1000);
      expect(headers['webhook-signature']!.split(' ')).toEqual(
        secrets.map((one) => new Webhook(one).sign(event.id, at, event.envelope)),
      );
    };
    await signedBy([secret, old]);
    engine.clock.advance(day - 1);
    await signedBy([secret, old]);
    engine.clock.advance(1);
    await signedBy([secret]);
  });

  test('only types that were asked for; only the merchant’s own events', async () => {
    await endpoint('http://all.test/');
    await endpoint('http://typing.test/', { types: ['consumer.typing'] });
    await endpoint('http://received.test/', { types: ['message.received'] });
    await endpoint('http://other.test/', { merchantId: 'mer_2' });
    await say('cnv_1');
    await settled();
    expect(http.calls.map(({ url }) => url).toSorted()).toEqual(['http://all.test/', 'http://typing.test/']);
  });

  test('an event that nobody wants leaves the outbox', async () => {
    await say('cnv_1');
    await settled();
    expect(http.calls).toEqual([]);
  });

  test('what the bus brings is taken by its subject: what nobody wants is not read, and leaves in one commit', async () => {
    await endpoint('http://a.test/', { merchantId: 'mer_2' });
    const unwanted = [await write('cnv_1'), await write('cnv_2'), await write(undefined)];
    const { commits } = engine.store.counts();
    for (const { subject, seq } of unwanted) worker.hear({ subject, payload: 'no JSON', place: seq });
    worker.hear({ subject: 'psr.v1.send.mer_2.probe.acc_1', payload: '{}', place: unwanted[0]!.seq });
    await settled();
    expect(engine.store.counts().commits).toBe(commits + 1);
    const event = await write('cnv_3', 'mer_2');
    worker.hear({ subject: event.subject, payload: event.envelope, place: event.seq });
    await settled();
    expect(calls('http://a.test/')).toEqual([event.id]);
  });

  test('what nobody wants is written before the worker stops', async () => {
    const { subject, seq } = await write('cnv_1');
    worker.hear({ subject, payload: '', place: seq });
    await worker.stop(0);
    expect(await engine.store.read.events.unsettledCount()).toMatchObject({ depth: 0 });
  });
});

describe('order', () => {
  test('invariant 4: per endpoint and conversation, also through failures', async () => {
    const { row } = await endpoint('http://a.test/');
    const failuresLeft = [500, 503, 500];
    answers.set('http://a.test/', () => answered(failuresLeft.shift() ?? 200));
    const events: Emitted[] = [];
    for (let i = 0; i < 5; i++) events.push(await say('cnv_1'));
    await called('http://a.test/', 1);
    for (const seconds of [6, 360, 2160]) {
      engine.clock.advance(seconds * 1000);
      await until(
        'the next attempt',
        async () =>
          ((await rowOf(row.id, events[0]!))?.attempts ?? 0) > [6, 360, 2160].indexOf(seconds) + 1 ||
          (await rowOf(row.id, events[0]!))?.state === 'delivered',
      );
    }
    events.push(await say('cnv_1'));
    await delivered(row.id, events);
    const [first] = ids(events);
    expect(calls('http://a.test/')).toEqual([first, first, first, ...ids(events)]);
  });

  test('invariant 4: the ledger decides the order, not the order in which the bus brings events', async () => {
    await endpoint('http://a.test/');
    const events = [await write('cnv_1'), await write('cnv_1'), await write('cnv_1'), await write('cnv_1')];
    for (const i of [2, 0, 3, 1]) worker.take(events[i]!);
    await settled();
    expect(calls('http://a.test/')).toEqual(ids(events));
  });

  test('invariant 4: an event that comes before its elder waits for it, also while a still older one is being delivered', async () => {
    await endpoint('http://a.test/');
    const gate = Promise.withResolvers<void>();
    answers.set('http://a.test/', async () => {
      await gate.promise;
      return answered(200);
    });
    const events = [await write('cnv_1'), await write('cnv_1'), await write('cnv_1'), await write('cnv_1')];
    worker.take(events[0]!);
    await called('http://a.test/', 1);
    for (const i of [3, 1, 2]) worker.take(events[i]!);
    await new Promise((resolve) => setTimeout(resolve, 50));
    gate.resolve();
    await settled();
    expect(calls('http://a.test/')).toEqual(ids(events));
  });

  test('a conversation is called one at a time, different ones side by side', async () => {
    await endpoint('http://a.test/');
    let atOnce = 0;
    let most = 0;
    const open = new Map<string, number>();
    answers.set('http://a.test/', async ({ body }) => {
      const { conversationid } = JSON.parse(String(body)) as { conversationid: string };
      open.set(conversationid, (open.get(conversationid) ?? 0) + 1);
      expect(open.get(conversationid)).toBe(1);
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce--;
      open.set(conversationid, 0);
      return answered(200);
    });
    for (let i = 0; i < 60; i++) await say(`cnv_${i % 6}`);
    await settled();
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
  });
});

describe('repeats and restarts', () => {
  test('taken several times, before and after it was settled, it is called once', async () => {
    const { row } = await endpoint('http://a.test/');
    const event = await write('cnv_1');
    for (let i = 0; i < 3; i++) worker.take(event);
    await delivered(row.id, [event]);
    for (let i = 0; i < 3; i++) worker.take(event);
    const next = await say('cnv_1');
    await delivered(row.id, [next]);
    expect(calls('http://a.test/')).toEqual(ids([event, next]));
  });

  test('stopped in the middle of a call, it comes again after a start', async () => {
    const { row } = await endpoint('http://a.test/');
    answers.set(
      'http://a.test/',
      ({ signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ type: 'unknown', reason: 'aborted' })),
        ),
    );
    const event = await say('cnv_1');
    await called('http://a.test/', 1);
    await worker.stop(20);
    expect(await rowOf(row.id, event)).toBeUndefined();
    expect((await engine.store.read.events.unsettledCount()).depth).toBe(1);
    answers.delete('http://a.test/');
    await restart(0);
    worker.take(event);
    await delivered(row.id, [event]);
  });

  test('invariant 4: what waited in the ledger over a restart goes before what is new', async () => {
    const { row } = await endpoint('http://a.test/');
    answers.set('http://a.test/', () => answered(500));
    const events = [await say('cnv_1'), await say('cnv_1')];
    await settled();
    await worker.stop(100);
    answers.delete('http://a.test/');
    http.calls.length = 0;
    await restart(0);
    events.push(await say('cnv_1'));
    await settled();
    engine.clock.advance(10_000);
    await delivered(row.id, events);
    expect(calls('http://a.test/')).toEqual(ids(events));
  });

  test('invariant 1: a ledger that fails for one endpoint loses the event for nobody', async () => {
    const { row: a } = await endpoint('http://a.test/');
    const { row: b } = await endpoint('http://b.test/');
    const gate = Promise.withResolvers<void>();
    answers.set('http://b.test/', async () => {
      await gate.promise;
      return answered(200);
    });
    const { write: realWrite } = engine.store;
    const event = await write('cnv_1');
    engine.store.write = async () => {
      throw new Error('the disk is full');
    };
    worker.take(event);
    await until('the failure', () =>
      engine.log.entries.some((entry) => /^webhooks\.(lane|settle)_failed$/.test(entry.event)),
    );
    engine.store.write = realWrite;
    gate.resolve();
    await delivered(b.id, [event]);
    expect((await engine.store.read.events.unsettledCount()).depth).toBe(1);
    worker.take(event);
    await delivered(a.id, [event]);
    await settled();
  });
});
