import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { Refusal } from '../problems.ts';
import { createSend, hashBody } from './send.ts';
import type { SendResult } from './send.ts';
import { traceOf } from './trace.ts';

let engine: Engine;
let queued: string[];
beforeEach(async () => {
  engine = await startEngine();
  await engine.account();
  queued = [];
});
afterEach(() => engine.close());

const makeSend = () => createSend({ ...engine, onQueued: ({ messageId }) => queued.push(messageId) });
const sending = (key: string, text = 'Hello', merchantId = 'mer_1') => ({
  merchantId,
  test: false,
  input: { to: 'probe:ada', content: { kind: 'text' as const, text } },
  idempotency: { key, bodyHash: hashBody(text) },
});
const idOf = ({ body }: SendResult) => (JSON.parse(body) as { id: string }).id;
const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : error);

test('invariant 3: one key is one message, however often and however close together it is repeated', async () => {
  const send = makeSend();
  const results = await Promise.allSettled([send(sending('k1')), send(sending('k1')), send(sending('k1'))]);
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [codeOf(result.reason)] : []));
  expect(refused).toEqual(['idempotency_in_flight', 'idempotency_in_flight']);
  const first = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))[0]!;
  const again = await send(sending('k1'));
  expect(again).toEqual({ ...first, replayed: true });
  expect(queued).toEqual([idOf(first)]);
});

test('invariant 3: also after a restart; another body is refused, another merchant’s key is its own', async () => {
  await engine.account({ merchantId: 'mer_2' });
  const first = await makeSend()(sending('k1'));
  const restarted = makeSend();
  expect(idOf(await restarted(sending('k1')))).toBe(idOf(first));
  expect(await restarted(sending('k1', 'Other')).catch(codeOf)).toBe('idempotency_mismatch');
  expect(idOf(await restarted(sending('k1', 'Hello', 'mer_2')))).not.toBe(idOf(first));
});

test('invariant 3: a request that failed leaves its key free', async () => {
  const send = makeSend();
  const { write } = engine.store;
  engine.store.write = async () => {
    throw new Error('the disk is full');
  };
  await expect(send(sending('k1'))).rejects.toThrow('the disk is full');
  engine.store.write = write;
  expect(queued).toEqual([]);
  expect((await send(sending('k1'))).replayed).toBe(false);
  expect(queued).toHaveLength(1);
});

test('invariant 10: the trace says where it was routed, what was considered and what was lost', async () => {
  const other = await engine.account({ test: true });
  const id = idOf(await makeSend()(sending('k1', 'one two three four five six seven eight')));
  const entries = await traceOf(engine.store.read, id);
  expect(entries.map(({ step }) => step)).toEqual(['accepted', 'routed', 'adapted', 'event']);
  // the merchant wrote first: their message opened the conversation
  expect(entries[3]!.detail).toMatchObject({ type: 'conversation.opened' });
  expect(entries[1]!.detail['considered']).toContainEqual({
    account_id: other.row.id,
    channel: 'probe',
    verdict: 'refused',
    refused: 'test_account_with_live_key',
  });
  expect(entries[2]!.detail['parts']).toBeGreaterThan(1);
  expect(JSON.stringify(entries)).not.toContain('three');
});
