import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { memoryBus } from '../bus/memory.ts';
import { createAccept } from '../ingest/accept.ts';
import { BlobStore } from '../media/blobs.ts';
import { createSend } from '../messages/send.ts';
import { Erasures } from './erasures.ts';
import { createSuppression } from './suppression.ts';
import type { Suppression } from './suppression.ts';

let engine: Engine;
let live: LiveAccount;
let erasures: Erasures;
let suppression: Suppression;

beforeEach(async () => {
  engine = await startEngine();
  await mkdir(join(engine.folder, 'media'));
  live = await engine.account();
  suppression = createSuppression(engine.vault.derive('suppression'), engine.store);
  erasures = makeErasures();
  erasures.start();
});
afterEach(async () => {
  await erasures.stop();
  await engine.close();
});

const makeErasures = () =>
  new Erasures({ ...engine, bus: memoryBus(), suppression, removeBlobs: async () => 0 });

async function writes(text: string, address = 'probe:ada'): Promise<string> {
  const accept = createAccept({
    ...engine,
    suppression,
    blobs: new BlobStore(join(engine.folder, 'media')),
    onQueued: () => {},
    onPendingMedia: () => {},
  });
  const item = {
    type: 'message' as const,
    providerId: `p-${text}`,
    sender: { address, name: 'Ada' },
    content: { kind: 'text' as const, text },
  };
  const [accepted] = await accept(live, [item]);
  return (await engine.store.read.messages.byId(accepted!.messageId!))!.consumerId;
}

const sends = async (text: string) =>
  JSON.parse(
    (
      await createSend({ ...engine, onQueued: () => {}, isSuppressed: suppression.isSuppressed })({
        merchantId: 'mer_1',
        test: false,
        input: { to: 'probe:ada', content: { kind: 'text', text } },
      })
    ).body,
  ) as { id: string };

const erase = (consumerId: string, merchantId = 'mer_1') =>
  erasures.erase({ merchantId, consumerId, actor: 'key_1' });
const isDone = async (consumerId: string) =>
  (await engine.store.read.erasures.byConsumer(consumerId))?.state === 'done';

describe('an erasure', () => {
  test('goes on after a crash, from whatever was done', async () => {
    const consumerId = await writes('first');
    for (let i = 0; i < 80; i++) await writes(`text ${i}`);
    await erase(consumerId);
    await erasures.stop();
    expect(await isDone(consumerId)).toBe(false);
    erasures = makeErasures();
    erasures.start();
    await until('the erasure', () => isDone(consumerId));
    expect((await engine.store.read.erasures.byConsumer(consumerId))?.messages).toBe(81);
    for (const row of await engine.store.read.messages.of('mer_1', 'z', 100))
      expect(row).toMatchObject({
        content: { kind: 'removal' },
        address: `erased:${consumerId}`,
        providerId: null,
      });
    expect(engine.emitted.filter(({ subject }) => subject.includes('.erased.'))).toHaveLength(1);
  });

  test('waits for a send in hand, and for nobody else’s; what comes after it is cancelled', async () => {
    const consumerId = await writes('hello');
    const other = await writes('me too', 'probe:bob');
    const [first, second] = [await sends('one'), await sends('two')];
    await engine.store.write((tx) => tx.deliveries.update(first.id, { inFlight: true }));
    await erase(consumerId);
    await erase(other);
    await until('the other erasure', () => isDone(other));
    expect(await isDone(consumerId)).toBe(false);
    expect((await engine.store.read.messages.byId(first.id))?.content).toMatchObject({ text: 'one' });
    expect((await engine.store.read.deliveries.byMessage(second.id))?.state).toBe('cancelled');
    await engine.store.write((tx) => tx.deliveries.update(first.id, { inFlight: false, state: 'sent' }));
    await until('the erasure', () => isDone(consumerId));
    expect((await engine.store.read.messages.byId(first.id))?.content.kind).toBe('removal');
    expect((await engine.store.read.deliveries.byMessage(first.id))?.state).toBe('sent');
  });

  test('keeps an opt-out, by a hash that holds no address: it stands when they write in again', async () => {
    const consumerId = await writes('STOP');
    await erase(consumerId);
    await until('the erasure', () => isDone(consumerId));
    const hash = suppression.hash('mer_1', 'probe:ada');
    expect(hash).not.toContain('ada');
    expect(hash).not.toBe(suppression.hash('mer_2', 'probe:ada'));
    await expect(sends('hello')).rejects.toMatchObject({ code: 'opted_out' });
    await writes('me again');
    expect((await engine.store.read.directory.address('mer_1', 'probe:ada'))?.optedOutAt).not.toBeNull();
    await writes('START');
    expect((await engine.store.read.directory.address('mer_1', 'probe:ada'))?.optedOutAt).toBeNull();
  });

  test('of one who never opted out is lifted when they write in', async () => {
    const consumerId = await writes('hello');
    await erase(consumerId);
    await expect(sends('by accident')).rejects.toMatchObject({ code: 'opted_out' });
    expect(await writes('me again')).not.toBe(consumerId);
    expect((await engine.store.read.directory.address('mer_1', 'probe:ada'))?.optedOutAt).toBeNull();
    await expect(sends('an answer')).resolves.toMatchObject({ id: expect.any(String) as string });
  });

  test('invariant 8: of another merchant’s consumer there is none', async () => {
    const consumerId = await writes('hello');
    await expect(erase(consumerId, 'mer_2')).rejects.toMatchObject({ code: 'not_found' });
    expect(await engine.store.read.erasures.byConsumer(consumerId)).toBeUndefined();
  });
});
