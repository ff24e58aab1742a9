import { describe, expect, test } from 'vitest';
import type { SendOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import { takeReceipt } from '../ingest/receipts.ts';
import { cancelMessage } from '../messages/cancel.ts';
import {
  beginWith,
  crash,
  delivery,
  dispatcher,
  engine,
  inState,
  later,
  noWakes,
  passing,
  platform,
  post,
  requests,
  sent,
  updates,
  useDispatcher,
} from './dispatcher.testing.ts';

useDispatcher();

test('what was taken back since the lane looked is not sent', async () => {
  const live = await engine.account();
  const { write } = engine.store;
  const id = await post(live, 'ada');
  engine.store.write = async (unit) => {
    engine.store.write = write;
    await cancelMessage(engine, { merchantId: live.row.merchantId, messageId: id });
    return write(unit);
  };
  await inState(id, 'cancelled');
  await inState(await post(live, 'ada'), 'sent');
  expect(requests.filter(({ messageId }) => messageId === id)).toEqual([]);
});

describe('unknown outcomes', () => {
  const uncertain: SendOutcome = { type: 'uncertain', reason: 'timeout' };

  test('invariant 6: an uncertain send is never repeated, and ends with a reason; the conversation goes on', async () => {
    const live = await engine.account();
    platform(async (...all) => (requests.length === 1 ? uncertain : sent(...all)));
    const id = await post(live, 'ada');
    await inState(id, 'uncertain');
    await inState(await post(live, 'ada'), 'sent');
    engine.clock.advance(24 * 3600_000);
    const ended = await inState(id, 'failed');
    expect(ended.failure?.code).toBe('outcome_unknown');
    expect(updates(id).map(({ state }) => state)).toEqual(['uncertain', 'failed']);
    expect(requests.filter(({ messageId }) => messageId === id)).toHaveLength(1);
  });

  describe('what may have gone out, and waits for its repeat', () => {
    const refused = (code: FailureCode): SendOutcome => ({ type: 'rejected', failure: failure(code) });
    /** Sends a message whose first attempt ends uncertain and whose repeat is answered so. */
    async function repeated(answer: SendOutcome): Promise<string> {
      await beginWith([probeConnector({ idempotentSends: true })]);
      platform(async () => (requests.length === 1 ? uncertain : answer));
      const id = await post(await engine.account(), 'ada');
      await until('the doubt', async () => (await delivery(id)).doubtful);
      return id;
    }

    test('its time is over: nobody says that it was not sent', async () => {
      const id = await repeated(later);
      engine.clock.advance(400_000_000);
      expect((await inState(id, 'uncertain')).failure).toBeNull();
    });

    test('the account is refused: nobody says that it was not sent', async () => {
      const id = await repeated(refused('account_unauthorized'));
      engine.clock.advance(2000);
      await inState(id, 'uncertain');
      engine.clock.advance(24 * 3600_000);
      expect((await inState(id, 'failed')).failure?.code).toBe('outcome_unknown');
    });

    test('the platform refuses the message itself: it had not taken it before', async () => {
      const id = await repeated(refused('unreachable'));
      engine.clock.advance(2000);
      expect((await inState(id, 'failed')).failure?.code).toBe('unreachable');
    });

    test('the repeat is taken: there is no doubt left', async () => {
      const id = await repeated({ type: 'sent', providerIds: ['p_1'] });
      engine.clock.advance(2000);
      expect(await inState(id, 'sent')).toMatchObject({ doubtful: false });
    });
  });

  test('where the platform de-duplicates, it is repeated with the same key', async () => {
    await beginWith([probeConnector({ idempotentSends: true })]);
    const live = await engine.account();
    platform(async (...all) => (requests.length === 1 ? uncertain : sent(...all)));
    const id = await post(live, 'ada');
    await passing('it to be sent', async () => (await delivery(id)).state === 'sent');
    expect(requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual([`${id}.0`, `${id}.0`]);
  });

  test('invariant 6: an attempt that a crash cut short is uncertain after the start', async () => {
    const live = await engine.account();
    const gate = Promise.withResolvers<SendOutcome>();
    platform(() => gate.promise);
    const id = await post(live, 'ada');
    const behind = await post(live, 'ada');
    await until('the attempt', () => requests.length === 1);
    platform(sent);
    await crash();
    expect((await delivery(id)).state).toBe('uncertain');
    await inState(behind, 'sent');
    expect(requests.filter(({ messageId }) => messageId === id)).toHaveLength(1);
  });

  test('invariant 6: many that a crash cut short are settled once, whatever wakes their conversations before the start', async () => {
    const live = await engine.account();
    platform(() => new Promise(() => {}));
    const people = Array.from({ length: 40 }, (_, i) => `p${i}`);
    const ids = await Promise.all(people.map((one) => post(live, one)));
    await until('the attempts', () => requests.length === people.length);
    platform(sent);
    const conversations = await Promise.all(ids.map(async (id) => (await delivery(id)).conversationId));
    // the clock was set forward: nothing that was begun is anybody's any more
    engine.clock.advance(600_000);
    await crash(conversations);
    for (const id of ids) {
      expect((await delivery(id)).state).toBe('uncertain');
      expect(await engine.store.read.deliveries.attemptsOf(id)).toMatchObject([
        { detail: { reason: 'crash' } },
      ]);
    }
    expect(engine.log.entries.filter(({ event }) => event.startsWith('dispatch.'))).toEqual([]);
  });

  test('invariant 6: what was being asked about is uncertain where its connector can be asked no more', async () => {
    const live = await engine.account();
    platform(() => new Promise(() => {}));
    const id = await post(live, 'ada');
    await until('the attempt', () => requests.length === 1);
    const at = engine.clock.now();
    await engine.store.write((tx) =>
      tx.deliveries.insertAttempt({
        messageId: id,
        number: 1,
        part: 0,
        startedAt: at,
        endedAt: at,
        outcome: 'uncertain',
        detail: { reason: 'timeout' },
      }),
    );
    await crash();
    expect((await delivery(id)).state).toBe('uncertain');
    expect(await engine.store.read.deliveries.attemptsOf(id)).toHaveLength(1);
  });

  test('one that cannot be settled after a crash keeps nobody else from being sent to', async () => {
    const live = await engine.account();
    platform(() => new Promise(() => {}));
    const lost = await post(live, 'ada');
    await until('the attempt', () => requests.length === 1);
    platform(sent);
    const { write } = engine.store;
    const broken = () => Promise.reject(new Error('the row is broken'));
    engine.store.write = async (unit) => {
      engine.store.write = write;
      return write(async (tx) => unit({ ...tx, deliveries: { ...tx.deliveries, insertAttempt: broken } }));
    };
    await crash();
    expect(engine.log.entries).toContainEqual({
      event: 'dispatch.crash_unsettled',
      fields: { error: new Error('the row is broken'), messageId: lost },
    });
    await inState(await post(live, 'bob'), 'sent');
  });

  test('invariant 6: an attempt whose outcome could not be written down is uncertain, not repeated', async () => {
    const live = await engine.account();
    const { write } = engine.store;
    platform(async (...all) => {
      engine.store.write = async () => {
        engine.store.write = write;
        throw new Error('the disk is full');
      };
      return sent(...all);
    });
    const id = await post(live, 'ada');
    await until('the failure', () =>
      engine.log.entries.some(({ event }) => event === 'dispatch.lane_failed'),
    );
    platform(sent);
    await passing('its end', async () => (await delivery(id)).state !== 'queued', 10_000);
    expect((await delivery(id)).state).toBe('uncertain');
    expect(requests).toHaveLength(1);
  });

  test('a connector that throws leaves the send uncertain', async () => {
    const live = await engine.account();
    platform(async () => {
      throw new Error('a bug');
    });
    await inState(await post(live, 'ada'), 'uncertain');
  });

  test('invariant 5: a part that failed meanwhile is not undone by the outcome of the next', async () => {
    const live = await engine.account();
    const gate = Promise.withResolvers<void>();
    platform(async (...all) => {
      if (requests.length === 1) return sent(...all);
      await gate.promise;
      return uncertain;
    });
    const id = await post(live, 'ada', 'one two three four five six seven');
    await until('the second part', () => requests.length === 2);
    await engine.store.write((tx) =>
      takeReceipt(tx, engine, live.row.id, {
        type: 'receipt',
        providerIds: [`p-${id}.0`],
        state: 'failed',
        failure: failure('unreachable'),
      }),
    );
    expect((await delivery(id)).state).toBe('failed');
    gate.resolve();
    await until(
      'the second part’s end',
      async () => (await engine.store.read.deliveries.attemptsOf(id))[1]?.outcome === 'uncertain',
    );
    expect((await delivery(id)).state).toBe('failed');
    expect(updates(id).map(({ state }) => state)).toEqual(['failed']);
  });
});

describe('endings', () => {
  test('invariant 1: a permanent refusal fails at once, with the platform’s reason', async () => {
    const live = await engine.account();
    platform(async () => ({ type: 'rejected', failure: failure('blocked', 551) }));
    const id = await post(live, 'ada');
    expect((await inState(id, 'failed')).failure).toMatchObject({ code: 'blocked', platform_code: '551' });
    expect(requests).toHaveLength(1);
  });

  test('invariant 1: temporary refusals are tried a bounded number of times', async () => {
    const live = await engine.account();
    platform(async () => later);
    const id = await post(live, 'ada');
    await passing('its end', async () => (await delivery(id)).state === 'failed', 60_000);
    expect((await delivery(id)).failure).toMatchObject({ code: 'platform_unavailable', permanent: true });
    expect(requests).toHaveLength(12);
  });

  test('invariant 1: what cannot be sent in its time expires', async () => {
    const live = await engine.account();
    platform(async () => ({ type: 'throttled', retryAfterMs: 20_000 }));
    const id = await post(live, 'ada', 'soon', { valid_for: 60 });
    await passing('its end', async () => (await delivery(id)).state === 'expired', 5000);
    expect(updates(id)).toMatchObject([{ state: 'expired', failure: { code: 'expired' } }]);
  });

  test('to whoever opted out after it was accepted, it is suppressed', async () => {
    const live = await engine.account();
    noWakes();
    const id = await post(live, 'ada');
    await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'probe:ada', { optedOutAt: 1 }));
    expect((await inState(id, 'suppressed')).failure?.code).toBe('opted_out');
    expect(requests).toEqual([]);
  });

  test('promotional, to whoever refused promotions by the platform’s own means: suppressed, and the trace says who said so', async () => {
    const live = await engine.account();
    const refused = { via: 'platform', statement: 'probe.stop', messageId: 'msg_1', at: 1000 } as const;
    noWakes();
    const id = await post(live, 'ada', 'Sale', { purpose: 'promotional' });
    const other = await post(live, 'ada', 'Your parcel');
    await engine.store.write((tx) =>
      tx.directory.updateAddress('mer_1', 'probe:ada', { promotionsRefused: refused }),
    );
    expect((await inState(id, 'suppressed')).failure?.code).toBe('opted_out');
    await inState(other, 'sent');
    expect(requests.map(({ messageId }) => messageId)).toEqual([other]);
    expect((await engine.store.read.trace.of(id)).find(({ step }) => step === 'opted_out')?.detail).toEqual({
      since: '1970-01-01T00:00:01.000Z',
      via: 'platform',
      statement: 'probe.stop',
      scope: 'promotional',
      stated_in: 'msg_1',
    });
  });

  test('invariant 1: from an account that was removed meanwhile, it fails', async () => {
    const live = await engine.account();
    noWakes();
    const id = await post(live, 'ada');
    engine.registry.remove(live.row.id);
    expect((await inState(id, 'failed')).failure?.code).toBe('no_route');
  });

  test('stopping lets a send in hand finish', async () => {
    const live = await engine.account();
    const gate = Promise.withResolvers<void>();
    platform(async (...all) => {
      await gate.promise;
      return sent(...all);
    });
    const id = await post(live, 'ada');
    await until('the send', () => requests.length === 1);
    const stopped = dispatcher.stop(5000);
    gate.resolve();
    await stopped;
    expect((await delivery(id)).state).toBe('sent');
    expect(dispatcher.busy).toBe(0);
  });
});
