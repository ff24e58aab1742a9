import { describe, expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { Message } from '../../protocol/messages.ts';
import { moveDelivery } from '../ingest/receipts.ts';
import { createSend } from '../messages/send.ts';
import { engine } from '../webhooks/worker.testing.ts';
import { deadMessages } from './dead-letters.ts';
import { cancel, ended, replay, restartRunner, rowOfReplay, runner, useRunner } from './replay.testing.ts';

useRunner();

async function dead(
  text: string,
  of: { code?: FailureCode; to?: string; state?: 'failed' | 'expired'; uncertain?: boolean } = {},
): Promise<string> {
  const send = createSend({ ...engine, onQueued: () => {} });
  const { body } = await send({
    merchantId: 'mer_1',
    test: false,
    input: { to: of.to ?? 'probe:ada', content: { kind: 'text', text }, metadata: { of: text } },
  });
  const { id } = JSON.parse(body) as Message;
  const { state = 'failed', code = 'platform_unavailable' } = of;
  await engine.store.write(async (tx) => {
    await tx.deliveries.insertAttempt({
      messageId: id,
      number: 1,
      part: 0,
      startedAt: 1,
      endedAt: 2,
      outcome: of.uncertain ? 'uncertain' : 'rejected',
      detail: null,
    });
    await moveDelivery(tx, engine, (await tx.deliveries.byMessage(id))!, state, failure(code));
  });
  engine.clock.advance(1000);
  return id;
}

const messages = (change: object = {}) => ({ of: 'messages', force: false, sinceMs: 0, ...change }) as const;
const sent = async () => {
  const rows = await engine.store.read.messages.of('mer_1', 'z', 100);
  return rows.filter(({ extras }) => extras?.resends).toReversed();
};

describe('a dead message is sent anew', () => {
  test('as a new one that names it, in order, with all that it had, behind what is normal', async () => {
    await engine.account();
    const old = [await dead('one'), await dead('two', { state: 'expired', code: 'expired' })];
    const end = await ended(await replay(messages()));
    expect(end).toMatchObject({ state: 'done', total: 2, done: 2, skipped: 0, failed: 0 });
    const fresh = await sent();
    expect(fresh.map(({ extras }) => extras?.resends)).toEqual(old);
    expect(fresh[0]).toMatchObject({
      content: { kind: 'text', text: 'one' },
      address: 'probe:ada',
      extras: { metadata: { of: 'one' } },
    });
    expect(fresh[0]!.sequence).toBeLessThan(fresh[1]!.sequence);
    expect(await engine.store.read.deliveries.byMessage(fresh[0]!.id)).toMatchObject({
      state: 'queued',
      bulk: true,
    });
  });

  test('once at most, whichever replay asks', async () => {
    await engine.account();
    const id = await dead('one');
    await ended(await replay(messages()));
    const [again, named] = [await replay(messages()), await replay(messages({ ids: [id], force: true }))];
    expect(await ended(again)).toMatchObject({ done: 0, skipped: 1 });
    expect(await ended(named)).toMatchObject({ done: 0, skipped: 1 });
    expect(await sent()).toHaveLength(1);
  });

  test('invariant 6: never where it may have arrived, unless that is asked for', async () => {
    await engine.account();
    await dead('unknown', { code: 'outcome_unknown' });
    await dead('tried', { state: 'expired', code: 'expired', uncertain: true });
    const partly = await dead('in parts');
    await engine.store.write((tx) =>
      tx.receipts.insertPart({ accountId: 'a', providerId: 'p', messageId: partly, part: 0, state: 'sent' }),
    );
    expect(await ended(await replay(messages()))).toMatchObject({ total: 3, done: 0, skipped: 3 });
    expect(await ended(await replay(messages({ force: true })))).toMatchObject({ done: 3, skipped: 0 });
  });

  test('only those of a failure; not one that has not died; not one whose content is gone', async () => {
    await engine.account();
    await dead('one', { code: 'unreachable' });
    const other = await dead('two', { code: 'rate_limited' });
    const end = await ended(await replay(messages({ codes: ['rate_limited'] })));
    expect(end).toMatchObject({ total: 1, done: 1 });
    const [fresh] = await sent();
    expect(fresh!.extras!.resends).toBe(other);
    const gone = await dead('three');
    await engine.store.write((tx) =>
      tx.retention.updateMessage(gone, { extras: { removed: { atMs: 1, kind: 'text' } } }),
    );
    const named = await ended(await replay(messages({ ids: [fresh!.id, gone] })));
    expect(named).toMatchObject({ total: 2, done: 0, skipped: 2 });
  });

  test('one that has no route any more is counted as failed', async () => {
    const live = await engine.account();
    await dead('one');
    engine.registry.remove(live.row.id);
    expect(await ended(await replay(messages()))).toMatchObject({ state: 'done', done: 0, failed: 1 });
  });

  test('after a crash in the middle each is sent once', async () => {
    await engine.account();
    await runner.stop();
    const old: string[] = [];
    for (let i = 0; i < 120; i++) old.push(await dead(`text ${i}`, { to: `probe:p${i % 7}` }));
    const id = await replay(messages());
    await engine.store.write((tx) => tx.replays.update(id, { state: 'running', total: 120 }));
    // as a crash leaves it: some were sent, each with its count in one commit
    await restartRunner();
    while ((await rowOfReplay(id)).done < 30) await new Promise((resolve) => setImmediate(resolve));
    await restartRunner();
    expect(await ended(id)).toMatchObject({ state: 'done', done: 120, skipped: 0 });
    const named = (await engine.store.read.messages.of('mer_1', 'z', 1000)).flatMap(
      ({ extras }) => extras?.resends ?? [],
    );
    expect(named.toSorted()).toEqual(old.toSorted());
  });

  test('a cancelled one sends no more', async () => {
    await engine.account();
    await runner.stop();
    for (let i = 0; i < 5; i++) await dead(`text ${i}`);
    const id = await replay(messages());
    await cancel(id);
    await restartRunner();
    expect(await rowOfReplay(id)).toMatchObject({ state: 'cancelled', done: 0 });
    expect(await sent()).toEqual([]);
  });
});

describe('the list of dead messages', () => {
  test('newest first, page by page, by failure and time; of one merchant', async () => {
    await engine.account();
    const ids = [await dead('a'), await dead('b', { code: 'unreachable' }), await dead('c')];
    const list = async (filter: object, page = { before: 'z', limit: 10 }) =>
      (await deadMessages(engine.store, { merchantId: 'mer_1', ...filter }, page)).rows.map(
        ({ messageId }) => messageId,
      );
    expect(await list({})).toEqual(ids.toReversed());
    expect(await list({ code: 'unreachable' })).toEqual([ids[1]]);
    expect(await list({ sinceMs: engine.clock.now() - 2500 })).toEqual([ids[2], ids[1]]);
    const first = await deadMessages(engine.store, { merchantId: 'mer_1' }, { before: 'z', limit: 2 });
    expect(first.next).toBe(ids[1]);
    expect(await list({}, { before: first.next!, limit: 2 })).toEqual([ids[0]]);
    expect(await list({ merchantId: 'mer_2' })).toEqual([]);
    expect(await list({ merchantId: undefined })).toEqual(ids.toReversed());
  });
});
