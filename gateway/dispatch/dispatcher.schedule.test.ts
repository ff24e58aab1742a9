import { describe, expect, test } from 'vitest';
import type { Connector } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { cancelMessage } from '../messages/cancel.ts';
import { createSend } from '../messages/send.ts';
import { traceOf } from '../messages/trace.ts';
import {
  beginWith,
  delivery,
  engine,
  inState,
  looked,
  noWakes,
  passing,
  post,
  requests,
  texts,
  updates,
  useDispatcher,
} from './dispatcher.testing.ts';

useDispatcher();

const hour = 3600_000;
const at = (ms: number) => new Date(engine.clock.now() + ms).toISOString();
const steps = async (id: string, step: string) =>
  (await traceOf(engine.store.read, id)).filter((entry) => entry.step === step);

describe('send_at', () => {
  test('it is not sent before, holds up nothing, and takes its place when it is due', async () => {
    const live = await engine.account();
    const due = engine.clock.now() + hour;
    const scheduled = await post(live, 'ada', 'later', { send_at: at(hour) });
    await inState(await post(live, 'ada', 'first'), 'sent');
    await looked();
    expect((await delivery(scheduled)).state).toBe('queued');
    expect(await steps(scheduled, 'scheduled')).toMatchObject([
      { detail: { until: new Date(due).toISOString() } },
    ]);
    engine.clock.advance(hour - 1);
    await looked();
    expect(texts()).toEqual(['first']);
    engine.clock.advance(1);
    await inState(scheduled, 'sent');
    await inState(await post(live, 'ada', 'last'), 'sent');
    expect(texts()).toEqual(['first', 'later', 'last']);
    const sequences = await Promise.all(
      (
        await engine.store.read.messages.ofConversation((await delivery(scheduled)).conversationId, 1e9, 10)
      ).map(async ({ content, sequence }) => [content.text, sequence]),
    );
    expect(sequences.map(([text]) => text)).toEqual(['last', 'later', 'first']);
  });

  test('invariant 4: those due in the same lane go in the order of their times, behind what was accepted before', async () => {
    const live = await engine.account();
    noWakes();
    const second = await post(live, 'ada', 'second', { send_at: at(2000) });
    const first = await post(live, 'ada', 'first', { send_at: at(1000) });
    engine.clock.advance(2000);
    await inState(second, 'sent');
    await inState(first, 'sent');
    expect(texts()).toEqual(['first', 'second']);
  });

  test('valid_for counts from it', async () => {
    const live = await engine.account();
    const id = await post(live, 'ada', 'later', { send_at: at(hour), valid_for: 60 });
    expect((await delivery(id)).expiresAt).toBe(engine.clock.now() + hour + 60_000);
    engine.clock.advance(hour + 60_000);
    await inState(id, 'expired');
    expect(requests).toEqual([]);
  });

  test('a time that has passed is now; one more than 90 days ahead is refused', async () => {
    const live = await engine.account();
    await inState(await post(live, 'ada', 'now', { send_at: at(-5000) }), 'sent');
    await post(live, 'ada', 'far', { send_at: at(90 * 24 * hour) });
    await expect(post(live, 'ada', 'further', { send_at: at(90 * 24 * hour + 1) })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/send_at' }],
    });
  });

  test('it is taken back while it waits, and nothing of it goes out', async () => {
    const live = await engine.account();
    const id = await post(live, 'ada', 'later', { send_at: at(hour) });
    await cancelMessage(engine, { merchantId: live.row.merchantId, messageId: id });
    engine.clock.advance(hour);
    await inState(await post(live, 'ada', 'after'), 'sent');
    expect((await delivery(id)).state).toBe('cancelled');
    expect(texts()).toEqual(['after']);
    expect(updates(id).map(({ state }) => state)).toEqual(['cancelled']);
  });

  test('it is no part of the thread before its hour', async () => {
    const live = await engine.account();
    const id = await post(live, 'ada', 'later', { send_at: at(hour) });
    const { conversationId, accountId } = await delivery(id);
    const thread = () => engine.store.read.messages.thread(conversationId, accountId, 'probe:ada', 0, 10);
    expect(await thread()).toEqual([]);
    engine.clock.advance(hour);
    await inState(id, 'sent');
    expect(await thread()).toHaveLength(1);
  });
});

describe('quiet hours', () => {
  const phone = (): Connector => ({
    ...probeConnector({ schemes: ['tel'] }),
    address: { normalise: (address) => address },
  });
  const french = { to: 'tel:+33639980001', purpose: 'promotional' };
  /** The clock of the tests begins on a Monday at 14:13:20 UTC, 16:13:20 in Paris. */
  const untilTen = 5 * hour + 46 * 60_000 + 40_000;
  const eight = '2026-09-22T06:00:00.000Z';

  test('a promotional message waits for the morning, which the trace says, and holds up no other', async () => {
    await beginWith([phone()]);
    const live = await engine.account();
    await inState(await post(live, '', 'by day', french), 'sent');
    engine.clock.advance(untilTen);
    const promotional = await post(live, '', 'offer', french);
    await inState(await post(live, '', 'code', { ...french, purpose: 'transactional' }), 'sent');
    await looked();
    expect((await delivery(promotional)).state).toBe('queued');
    expect(await steps(promotional, 'quiet_hours')).toMatchObject([{ detail: { until: eight } }]);
    engine.clock.advance(Date.parse(eight) - engine.clock.now() - 1);
    await looked();
    expect(texts()).toEqual(['by day', 'code']);
    engine.clock.advance(1);
    await inState(promotional, 'sent');
    expect(texts()).toEqual(['by day', 'code', 'offer']);
    expect(await steps(promotional, 'quiet_hours')).toHaveLength(1);
  });

  test('it expires in its time, though that ends in the night', async () => {
    await beginWith([phone()]);
    const live = await engine.account();
    engine.clock.advance(untilTen);
    const id = await post(live, '', 'offer', { ...french, valid_for: 3600 });
    await passing('its end', async () => (await delivery(id)).state === 'expired', 600_000);
    expect(requests).toEqual([]);
  });

  test('what had begun is finished', async () => {
    await beginWith([phone()]);
    const live = await engine.account();
    engine.clock.advance(untilTen - 1);
    noWakes();
    const id = await post(live, '', 'one two three four five six seven eight nine', french);
    await engine.store.write((tx) => tx.deliveries.update(id, { partsSent: 1 }));
    engine.clock.advance(1);
    await inState(id, 'sent');
  });
});

test('what the merchant says of priority and time is kept to its form', async () => {
  const live = await engine.account();
  const send = createSend({ ...engine, onQueued: () => {} });
  const { body } = await send({
    merchantId: 'mer_1',
    test: false,
    input: {
      to: 'probe:ada',
      from: live.row.id,
      content: { kind: 'text', text: 'Hello' },
      priority: 'bulk',
    },
  });
  expect(await delivery((JSON.parse(body) as { id: string }).id)).toMatchObject({
    bulk: true,
    scheduled: false,
  });
});
