import { beforeEach, describe, expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import {
  attempted,
  delivery,
  engine,
  inState,
  updates,
  useDispatcher,
} from '../dispatch/dispatcher.testing.ts';
import { until } from '../../test/gateway/ports.ts';
import { removeContent } from '../retention/remove.ts';
import { takeReceipt } from '../ingest/receipts.ts';
import { cancelMessage } from '../messages/cancel.ts';
import { chainViews } from './view.ts';
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
  trace,
} from './fallbacks.testing.ts';
import type { Two } from './fallbacks.testing.ts';

useDispatcher();

let two: Two;
beforeEach(async () => {
  two = await beginWithTwo();
});

const refused = { type: 'rejected' as const, failure: failure('blocked') };
const look = () => makeFallbacks().look();
const secondOf = async (id: string) => (await chain(id)).ways[1]!;
const receipt = (accountId: string, providerId: string, state: 'delivered' | 'read' | 'failed') =>
  engine.store.write((tx) =>
    takeReceipt(tx, engine, accountId, { type: 'receipt', providerIds: [providerId], state }),
  );
const view = async (id: string) => {
  const row = (await engine.store.read.messages.byId(id))!;
  return (await chainViews(engine.store.read, [row])).get(id)!;
};
const steps = async (id: string) =>
  (await trace(id)).filter(({ step }) => /^(fallback|rerouted)/.test(step)).map(({ step }) => step);

describe('on failure', () => {
  test('the policy’s next way takes over, and it is told and traced', async () => {
    platforms({ probe: refused });
    const id = await send({ fallback: true, metadata: { booking: 'A-17' } });
    await inState(id, 'failed');
    await look();
    const second = await secondOf(id);
    await inState(second, 'sent');
    expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
    expect(reroutes()).toMatchObject([
      {
        message_id: id,
        from_message_id: id,
        from_account_id: two.probe.row.id,
        to_message_id: second,
        to_account_id: two.pigeon.row.id,
        reason: 'blocked',
      },
    ]);
    expect(updates(id)).toMatchObject([{ state: 'failed', failure: { code: 'blocked' } }]);
    expect(await view(id)).toMatchObject({ outcome: 'sent', fallbacks: [{ message_id: second }] });
    expect(await steps(id)).toEqual(['fallback_planned', 'fallback_due', 'rerouted']);
    const rerouted = (await trace(id)).find(({ step }) => step === 'rerouted')!;
    expect(rerouted.detail['considered']).toMatchObject([
      { account_id: two.pigeon.row.id, verdict: 'chosen' },
      { account_id: two.probe.row.id, refused: 'tried' },
    ]);
    expect((await trace(id)).some(({ detail }) => detail['message_id'] === second)).toBe(true);
    expect(JSON.stringify(await trace(id))).not.toContain('pigeon:ada');
    expect((await engine.store.read.messages.byId(second))!.extras).toMatchObject({
      chain: id,
      metadata: { booking: 'A-17' },
    });
  });

  test('no way left: it ends as failed, and the chain says that it ended', async () => {
    platforms({ probe: refused, pigeon: refused });
    const id = await send({ fallback: true });
    await inState(id, 'failed');
    await look();
    await inState(await secondOf(id), 'failed');
    await look();
    expect(await chain(id)).toMatchObject({
      state: 'ended',
      reason: 'no_way',
      plan: { steps: [] },
      dueAt: null,
    });
    expect((await view(id)).outcome).toBe('failed');
  });

  test('a step’s own content and address; a step that leads nowhere is passed over, with its reasons', async () => {
    platforms({ probe: refused });
    await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'pigeon:ada', { optedOutAt: 1 }));
    const content = { kind: 'text', text: 'Short' } as const;
    const id = await send({ fallback: [{ channel: 'pigeon' }, { to: 'tel:+33639980001', content }] });
    await inState(id, 'failed');
    await look();
    const second = await secondOf(id);
    await inState(second, 'sent');
    const message = (await engine.store.read.messages.byId(second))!;
    expect([message.address, message.content.text]).toEqual(['tel:+33639980001', 'Short']);
    const rerouted = (await trace(id)).find(({ step }) => step === 'rerouted')!;
    expect(rerouted.detail['passed']).toMatchObject([
      { step: 0, considered: [{ refused: 'opted_out' }, { refused: 'not_asked_for' }] },
    ]);
  });

  test('the account is removed: what was queued goes by another way; without a fallback it fails', async () => {
    const id = await send({ fallback: true }, false);
    const alone = await send({}, false);
    engine.registry.remove(two.probe.row.id);
    expect((await inState(id, 'failed')).failure?.code).toBe('no_route');
    expect((await inState(alone, 'failed')).failure?.code).toBe('no_route');
    await look();
    await inState(await secondOf(id), 'sent');
    expect(sentTo()).toEqual(['pigeon:ada']);
    expect(reroutes()).toMatchObject([{ reason: 'no_route' }]);
  });

  test('whoever opted out on the first channel after it was accepted is written to where they did not', async () => {
    const id = await send({ fallback: true }, false);
    await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'probe:ada', { optedOutAt: 1 }));
    await inState(id, 'suppressed');
    await look();
    await inState(await secondOf(id), 'sent');
    expect(sentTo()).toEqual(['pigeon:ada']);
  });
});

describe('in time', () => {
  test('what is not sent in time is sent no more, and the next way goes', async () => {
    platforms({ probe: { type: 'throttled', retryAfterMs: 3_600_000 } });
    const id = await send({ fallback: [{ channel: 'pigeon', after: 60 }] });
    await attempted(id, 1);
    engine.clock.advance(59_000);
    await look();
    expect((await chain(id)).ways).toEqual([id]);
    engine.clock.advance(1000);
    await look();
    expect(await delivery(id)).toMatchObject({ state: 'expired', failure: { code: 'expired' } });
    await inState(await secondOf(id), 'sent');
    engine.clock.advance(4 * 3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
    expect(revoked).toEqual([]);
    expect(reroutes()).toMatchObject([{ reason: 'not_sent' }]);
  });

  test('where no way is left, it goes on waiting by the only one', async () => {
    platforms({ probe: { type: 'throttled', retryAfterMs: 3_600_000 } });
    await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'pigeon:ada', { optedOutAt: 1 }));
    const id = await send({ fallback: [{ channel: 'pigeon', after: 60 }] });
    await attempted(id, 1);
    engine.clock.advance(60_000);
    await look();
    expect((await delivery(id)).state).toBe('queued');
    expect(await chain(id)).toMatchObject({ state: 'ended', reason: 'no_way' });
  });

  const delivered = { fallback: [{ channel: 'pigeon', after: 60, until: 'delivered' as const }] };

  test('a receipt in time: nothing is sent twice, and the chain ends', async () => {
    const id = await send(delivered);
    await inState(id, 'sent');
    await receipt(two.probe.row.id, `p-${id}.0`, 'delivered');
    await look();
    engine.clock.advance(120_000);
    await look();
    expect(await chain(id)).toMatchObject({ state: 'ended', reason: 'reached' });
    expect(sentTo()).toEqual(['probe:ada']);
  });

  test('not delivered in time: taken back first, then the next way; the first says so', async () => {
    revoking(async () => 'revoked');
    const id = await send(delivered);
    await inState(id, 'sent');
    engine.clock.advance(60_000);
    await look();
    await inState(await secondOf(id), 'sent');
    expect(revoked).toMatchObject([{ messageId: id, address: 'probe:ada', providerIds: [`p-${id}.0`] }]);
    expect(await delivery(id)).toMatchObject({ state: 'failed', failure: { code: 'revoked' } });
    expect(reroutes()).toMatchObject([{ reason: 'not_delivered', revoked: 'revoked' }]);
  });

  test('a late receipt of the first, after the next way was sent, moves the first and sends nothing more', async () => {
    const id = await send({
      fallback: [...delivered.fallback, { channel: 'probe', to: 'probe:bob', after: 60 }],
    });
    await inState(id, 'sent');
    engine.clock.advance(60_000);
    await look();
    const second = await secondOf(id);
    await inState(second, 'sent');
    expect((await delivery(id)).state).toBe('sent');
    await receipt(two.probe.row.id, `p-${id}.0`, 'delivered');
    await receipt(two.pigeon.row.id, `p-${second}.0`, 'failed');
    await look();
    expect([(await delivery(id)).state, (await delivery(second)).state]).toEqual(['delivered', 'failed']);
    expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
    expect((await view(id)).outcome).toBe('delivered');
  });

  test.each([
    ['too_late', 'delivered', 1],
    ['revoked', 'delivered', 2],
    ['revoked', 'read', 1],
  ] as const)('a receipt while it is being taken back: %s, %s', async (outcome, state, ways) => {
    const id = await send(delivered);
    await inState(id, 'sent');
    revoking(async () => {
      await receipt(two.probe.row.id, `p-${id}.0`, state);
      return outcome;
    });
    engine.clock.advance(60_000);
    await look();
    expect((await chain(id)).ways).toHaveLength(ways);
    expect((await delivery(id)).state).toBe(state);
    await look();
    expect((await chain(id)).ways).toHaveLength(ways);
  });

  test('valid_for bounds the whole chain', async () => {
    platforms({ probe: refused, pigeon: { type: 'throttled', retryAfterMs: 10_000 } });
    const id = await send({ fallback: true, valid_for: 120 });
    await inState(id, 'failed');
    engine.clock.advance(60_000);
    await look();
    const second = await secondOf(id);
    expect((await delivery(second)).expiresAt).toBe((await delivery(id)).expiresAt);
    engine.clock.advance(60_000);
    await inState(second, 'expired');
    await look();
    expect((await chain(id)).state).toBe('ended');
  });
});

describe('unknown outcomes', () => {
  const uncertain = { probe: { type: 'uncertain' as const, reason: 'timeout' } };

  test('invariant 6: nothing goes by another way until it is given up', async () => {
    platforms(uncertain);
    const id = await send({ fallback: true });
    await inState(id, 'uncertain');
    engine.clock.advance(23 * 3_600_000);
    await look();
    expect((await chain(id)).ways).toEqual([id]);
    engine.clock.advance(3_600_000);
    await inState(id, 'failed');
    await look();
    await inState(await secondOf(id), 'sent');
    expect(reroutes()).toMatchObject([{ reason: 'outcome_unknown' }]);
  });

  test('unless the merchant says so; the time is kept also then', async () => {
    platforms(uncertain);
    const id = await send({ fallback: [{ after: 60, even_if_uncertain: true }] });
    await inState(id, 'uncertain');
    await look();
    expect((await chain(id)).ways).toEqual([id]);
    engine.clock.advance(60_000);
    await look();
    await inState(await secondOf(id), 'sent');
    expect((await delivery(id)).state).toBe('uncertain');
  });

  test('a receipt settles it: nothing more is sent', async () => {
    platforms(uncertain);
    const id = await send({ fallback: true });
    await inState(id, 'uncertain');
    await engine.store.write(async (tx) => {
      await tx.receipts.insertPart({
        accountId: two.probe.row.id,
        providerId: 'late',
        messageId: id,
        part: 0,
        state: 'uncertain',
      });
      await tx.deliveries.update(id, { partsSent: 1 });
    });
    await receipt(two.probe.row.id, 'late', 'delivered');
    engine.clock.advance(25 * 3_600_000);
    await look();
    expect((await chain(id)).state).toBe('ended');
    expect(sentTo()).toEqual(['probe:ada']);
  });
});

describe('taken back by the merchant', () => {
  const cancel = (messageId: string, merchantId = 'mer_1') =>
    cancelMessage(engine, { merchantId, messageId }).then(
      () => 'cancelled',
      (error: unknown) => (error as { code?: string }).code,
    );

  test('a queued message, and its fallbacks with it', async () => {
    platforms({ probe: { type: 'throttled', retryAfterMs: 3_600_000 } });
    const id = await send({
      fallback: true,
      send_at: new Date(engine.clock.now() + 3_600_000).toISOString(),
    });
    expect(await cancel(id)).toBe('cancelled');
    engine.clock.advance(2 * 3_600_000);
    await look();
    expect(sentTo()).toEqual([]);
    expect(await chain(id)).toMatchObject({ state: 'ended', reason: 'cancelled' });
  });

  test('one that has gone out: its fallbacks only, once', async () => {
    const id = await send({ fallback: [{ after: 60, until: 'delivered' }] });
    await inState(id, 'sent');
    expect(await cancel(id, 'mer_2')).toBe('not_found');
    expect(await cancel(id)).toBe('cancelled');
    expect(await cancel(id)).toBe('conflict');
    engine.clock.advance(120_000);
    await look();
    expect(sentTo()).toEqual(['probe:ada']);
  });

  test('while its fallback is being taken: nothing is sent', async () => {
    const id = await send({ fallback: [{ after: 60, until: 'delivered' }] });
    await inState(id, 'sent');
    revoking(async () => {
      await cancel(id);
      return 'revoked';
    });
    engine.clock.advance(60_000);
    await look();
    expect((await chain(id)).ways).toEqual([id]);
    expect(sentTo()).toEqual(['probe:ada']);
  });

  test('a fallback that is queued', async () => {
    platforms({ probe: refused, pigeon: { type: 'throttled', retryAfterMs: 3_600_000 } });
    const id = await send({ fallback: true });
    await inState(id, 'failed');
    await look();
    const second = await secondOf(id);
    expect(await cancel(id)).toBe('cancelled');
    expect((await delivery(second)).state).toBe('cancelled');
  });
});

test('quiet hours are asked anew: a promotional fallback to a telephone waits for the morning', async () => {
  platforms({ probe: refused });
  engine.clock.advance(Date.parse('2026-11-23T22:00:00Z') - engine.clock.now());
  const id = await send({ to: 'probe:ada', purpose: 'promotional', fallback: [{ to: 'tel:+33639980001' }] });
  await inState(id, 'failed');
  await look();
  const second = await secondOf(id);
  await until('the wait', async () => (await delivery(second)).scheduled);
  expect(sentTo()).toEqual(['probe:ada']);
});

test('what is about another message falls back nowhere, and the merchant’s default leaves it alone', async () => {
  const target = await send();
  const content = { kind: 'reaction', message_id: target, emoji: '👍' } as const;
  await expect(send({ content, fallback: true })).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [{ pointer: '/fallback' }],
  });
  await engine.store.write((tx) => tx.routing.putDefaults('mer_1', { fallback: true }));
  expect(await engine.store.read.fallbacks.byMessage(await send())).toBeDefined();
  expect(await engine.store.read.fallbacks.byMessage(await send({ content }))).toBeUndefined();
});

test('what is removed takes its plan with it', async () => {
  const content = { kind: 'text', text: 'a secret' } as const;
  const id = await send({ fallback: [{ content, until: 'read' }] });
  await engine.store.write(async (tx) => removeContent(tx, (await tx.messages.byId(id))!, 1));
  expect(await chain(id)).toMatchObject({ state: 'ended', plan: { steps: [] }, dueAt: null });
});
