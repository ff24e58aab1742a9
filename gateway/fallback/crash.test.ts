import { expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import { delivery, engine, inState, requests, useDispatcher } from '../dispatch/dispatcher.testing.ts';
import { takeReceipt } from '../ingest/receipts.ts';
import type { Store } from '../store/port.ts';
import {
  beginWithTwo,
  chain,
  makeFallbacks,
  platforms,
  reroutes,
  revoked,
  revoking,
  send,
  sentTo,
} from './fallbacks.testing.ts';

useDispatcher();

/** The ledger of a process that ends at its nth commit: before it, or after, without hearing of it. */
function endingAt(n: number, when: 'before' | 'after'): { store: Store; ended: Promise<void> } {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let commits = 0;
  const store: Store = {
    ...engine.store,
    write: async (unit) => {
      if (++commits < n) return engine.store.write(unit);
      if (commits === n && when === 'after') await engine.store.write(unit);
      resolve();
      return new Promise(() => {});
    },
  };
  return { store, ended };
}

/** A process that ends there, and the one after it. */
async function crashing(n: number, when: 'before' | 'after'): Promise<void> {
  const { store, ended } = endingAt(n, when);
  void makeFallbacks(store).look();
  await ended;
  const next = makeFallbacks();
  await next.start();
  await next.look();
  await next.look();
  await next.stop();
}

const crashes = [1, 2].flatMap((n) => (['before', 'after'] as const).map((when) => [when, n] as const));

test.each(crashes)('a crash %s commit %i of a failure’s fallback: it is taken, once', async (when, n) => {
  await beginWithTwo();
  platforms({ probe: { type: 'rejected', failure: failure('blocked') } });
  const id = await send({ fallback: true });
  await inState(id, 'failed');
  await crashing(n, when);
  const { ways } = await chain(id);
  expect(ways).toHaveLength(2);
  await inState(ways[1]!, 'sent');
  expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
  expect(reroutes()).toHaveLength(1);
});

test.each(crashes)(
  'a crash %s commit %i while it is taken back: it is taken back, and sent once',
  async (when, n) => {
    await beginWithTwo();
    let there = true;
    // as platforms are: what is gone cannot be taken back again
    revoking(async () => {
      const outcome = there ? ('revoked' as const) : ('too_late' as const);
      there = false;
      return outcome;
    });
    const id = await send({ fallback: [{ after: 60, until: 'delivered' }] });
    await inState(id, 'sent');
    engine.clock.advance(60_000);
    await crashing(n, when);
    const { ways } = await chain(id);
    expect(ways).toHaveLength(2);
    await inState(ways[1]!, 'sent');
    expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
    expect(revoked.length).toBeLessThanOrEqual(2);
  },
);

test('a crash between the decision and the second way, and a receipt in between: nothing is sent twice', async () => {
  const { probe } = await beginWithTwo();
  const id = await send({ fallback: [{ after: 60, until: 'delivered' }] });
  await inState(id, 'sent');
  engine.clock.advance(60_000);
  const { store, ended } = endingAt(2, 'before');
  void makeFallbacks(store).look();
  await ended;
  const receipt = { type: 'receipt' as const, providerIds: [`p-${id}.0`], state: 'delivered' as const };
  await engine.store.write((tx) => takeReceipt(tx, engine, probe.row.id, receipt));
  const next = makeFallbacks();
  await next.start();
  await next.look();
  await next.look();
  await next.stop();
  expect(await chain(id)).toMatchObject({ ways: [id], state: 'ended', reason: 'reached' });
  expect((await delivery(id)).state).toBe('delivered');
  expect(requests).toHaveLength(1);
});

test('a crash while it is taken back, and its time is over at the start: nothing is taken back for nothing', async () => {
  await beginWithTwo();
  const id = await send({ fallback: [{ after: 60, until: 'delivered' }], valid_for: 120 });
  await inState(id, 'sent');
  engine.clock.advance(60_000);
  const { store, ended } = endingAt(2, 'before');
  void makeFallbacks(store).look();
  await ended;
  engine.clock.advance(60_000);
  const next = makeFallbacks();
  await next.start();
  await next.look();
  await next.stop();
  expect(revoked).toHaveLength(1);
  expect((await chain(id)).ways).toEqual([id]);
});

test('two processes that look at once take it once', async () => {
  await beginWithTwo();
  platforms({ probe: { type: 'rejected', failure: failure('blocked') } });
  const id = await send({ fallback: true });
  await inState(id, 'failed');
  await Promise.all([makeFallbacks().look(), makeFallbacks().look(), makeFallbacks().look()]);
  const { ways } = await chain(id);
  expect(ways).toHaveLength(2);
  await inState(ways[1]!, 'sent');
  expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
});
