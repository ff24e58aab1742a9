import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { Refusal } from '../problems.ts';
import { cancelMessage } from './cancel.ts';
import { createSend } from './send.ts';

let engine: Engine;
let messageId: string;
beforeEach(async () => {
  engine = await startEngine();
  await engine.account();
  const { body } = await createSend({ ...engine, onQueued: () => {} })({
    merchantId: 'mer_1',
    test: false,
    input: { to: 'probe:ada', content: { kind: 'text', text: 'Hello' } },
  });
  messageId = (JSON.parse(body) as { id: string }).id;
});
afterEach(() => engine.close());

const cancel = (merchantId = 'mer_1') =>
  cancelMessage(engine, { merchantId, messageId }).then(
    () => 'cancelled',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );
const told = () => engine.emitted.filter(({ envelope }) => envelope.includes('"state":"cancelled"')).length;

test('a queued message is taken back, once, and nothing is sent of it any more', async () => {
  expect(await cancel()).toBe('cancelled');
  expect(await cancel()).toBe('cancelled');
  expect(told()).toBe(1);
  const delivery = (await engine.store.read.deliveries.byMessage(messageId))!;
  expect(delivery).toMatchObject({ state: 'cancelled', failure: { code: 'cancelled' } });
  expect(await engine.store.read.deliveries.head(delivery.conversationId)).toBeUndefined();
});

test.each([
  ['an attempt runs', { inFlight: true }],
  ['an attempt before may have gone out', { doubtful: true }],
  ['a part has gone out', { partsSent: 1 }],
  ['it was sent', { state: 'sent' as const }],
])('it is too late when %s', async (_, change) => {
  await engine.store.write((tx) => tx.deliveries.update(messageId, change));
  expect(await cancel()).toBe('conflict');
  expect(told()).toBe(0);
});

test('invariant 8: nobody takes back another merchant’s message', async () => {
  expect(await cancel('mer_2')).toBe('not_found');
  expect(told()).toBe(0);
});
