import { beforeEach, expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import { answered, fakeHttp } from '../../test/gateway/engine.ts';
import { addressRow } from '../../test/gateway/rows.ts';
import { engine, useDispatcher } from '../dispatch/dispatcher.testing.ts';
import { Reachability } from '../routing/reachability.ts';
import { ada, beginWithTwo, chain, send } from './fallbacks.testing.ts';
import type { Two } from './fallbacks.testing.ts';
import { nextWay } from './next-way.ts';

useDispatcher();
let two: Two;
beforeEach(async () => {
  two = await beginWithTwo();
});

test('the next way is none of which its platform says that it leads nowhere, and the reason is kept', async () => {
  const asked: string[] = [];
  two.pigeon.connector.reach = async (address) => {
    asked.push(address);
    return { type: 'no', failure: failure('unreachable') };
  };
  const third = addressRow('tel:+33639980001', {
    consumerId: ada,
    accountId: two.pigeon.row.id,
    channel: 'pigeon',
  });
  await engine.store.write((tx) => tx.directory.insertAddress(third));
  const id = await send({ fallback: true });
  const { clock, log } = engine;
  const signal = new AbortController().signal;
  const context = {
    http: fakeHttp(() => answered(404)),
    log,
    now: clock.now,
    random: clock.random,
    signal,
  };
  const reachability = new Reachability({ context });
  const o = { ...engine, now: clock.now, context, reachability, onQueued: () => {} };
  const { way } = await nextWay(o, await chain(id), (await engine.store.read.messages.byId(id))!);
  expect(asked).toEqual(['pigeon:ada']);
  expect(way?.route).toMatchObject({
    address: 'tel:+33639980001',
    considered: expect.arrayContaining([
      expect.objectContaining({ refused: 'unreachable', account_id: two.pigeon.row.id }),
    ]) as unknown,
  });
});
