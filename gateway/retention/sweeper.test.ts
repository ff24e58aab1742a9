import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentSchema } from '../../protocol/content.ts';
import { makeId } from '../../protocol/ids.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { conversationRow, deliveryRow, messageRow, webhookRow } from '../../test/gateway/rows.ts';
import { BlobStore } from '../media/blobs.ts';
import { messageView } from '../messages/view.ts';
import { traceOf } from '../messages/trace.ts';
import type { MediaRow, MessageRow } from '../store/port.ts';
import { eventFacts } from './remove.ts';
import { changeRetention } from './settings.ts';
import { Sweeper } from './sweeper.ts';

const day = 86_400_000;
let engine: Engine;
let blobs: BlobStore;
let sweeper: Sweeper;

beforeEach(async () => {
  engine = await startEngine();
  await mkdir(join(engine.folder, 'media'));
  blobs = new BlobStore(join(engine.folder, 'media'));
  sweeper = new Sweeper({ ...engine, blobs });
  for (const id of ['mer_1', 'mer_2'])
    await engine.store.write((tx) => tx.merchants.insert({ id, name: id, createdAt: 1 }));
});
afterEach(async () => {
  await sweeper.stop();
  await engine.close();
});

/** A message with its event, of now. */
async function said(text: string, change: Partial<MessageRow> = {}): Promise<MessageRow> {
  const row = messageRow(engine.clock.id('message'), {
    sequence: engine.emitted.length + 1,
    content: { kind: 'text', text, subject: 'About it' },
    extras: { metadata: { order: 'secret' }, replyTo: 'msg_0' },
    createdAt: engine.clock.now(),
    ...change,
  });
  await engine.store.write(async (tx) => {
    await tx.messages.insert(row);
    const event = await engine.emit(tx, {
      type: 'message.received',
      merchantId: row.merchantId,
      conversationId: row.conversationId,
      messageId: row.id,
      data: messageView(row, undefined, engine.view),
    });
    await tx.events.settle(event.seq);
  });
  return row;
}

const days = (change: object, merchantId = 'mer_1') => changeRetention(engine, merchantId, change);
const read = (id: string) => engine.store.read.messages.byId(id);

describe('content', () => {
  test('goes on its day, of this merchant only; what a bill or a trace needs stays', async () => {
    await engine.store.write((tx) =>
      tx.conversations.insert(conversationRow('cnv_1', { subject: 'About it' })),
    );
    const old = await said('The old words');
    const other = await said('Of another', { merchantId: 'mer_2', conversationId: 'cnv_2' });
    engine.clock.advance(day);
    const fresh = await said('The new words');
    await days({ content: 1, events: null });
    await sweeper.sweep();
    expect(await read(old.id)).toEqual(old);
    engine.clock.advance(1);
    await sweeper.sweep();
    expect(await read(fresh.id)).toEqual(fresh);
    expect(await read(other.id)).toEqual(other);
    const gone = (await read(old.id))!;
    expect(gone).toEqual({
      ...old,
      content: { kind: 'removal', message_id: old.id, text: '(content removed)' },
      extras: { replyTo: 'msg_0', removed: { atMs: engine.clock.now(), kind: 'text' } },
    });
    expect(contentSchema.parse(gone.content)).toEqual(gone.content);
    expect(messageView(gone, undefined, engine.view)).toMatchObject({
      removed_at: new Date(engine.clock.now()).toISOString(),
      content: { kind: 'removal' },
    });
    expect((await engine.store.read.conversations.byId('cnv_1'))?.subject).toBeNull();
    expect((await traceOf(engine.store.read, old.id))[0]).toMatchObject({ detail: { kind: 'text' } });
  });

  test('of a message that is still to be sent stays until it is settled', async () => {
    const row = await said('Not yet sent', { direction: 'outbound' });
    await engine.store.write((tx) => tx.deliveries.insert(deliveryRow(row.id)));
    await days({ content: 1 });
    engine.clock.advance(2 * day);
    await sweeper.sweep();
    expect((await read(row.id))?.content).toEqual(row.content);
    await engine.store.write(async (tx) => {
      await tx.deliveries.update(row.id, { state: 'sent' });
      await engine.emit(tx, {
        type: 'consumer.typing',
        merchantId: 'mer_1',
        messageId: row.id,
        data: { conversation_id: 'cnv_1', consumer_id: 'csm_1', on: true },
      });
    });
    engine.clock.advance(day + 1);
    await sweeper.sweep();
    expect((await read(row.id))?.content.kind).toBe('removal');
  });

  test('the question goes with it; a thousand go in small units, and a second round finds nothing to do', async () => {
    const rows: MessageRow[] = [];
    for (let i = 0; i < 120; i++) rows.push(await said(`Words ${i}`));
    await engine.store.write((tx) =>
      tx.conversations.insertQuestion({
        messageId: rows[0]!.id,
        conversationId: 'cnv_1',
        question: {} as never,
        expiresAt: 1,
        answeredAt: null,
      }),
    );
    await days({ content: 1 });
    engine.clock.advance(day + 1);
    await sweeper.sweep();
    for (const { id } of rows) expect((await read(id))?.content.kind).toBe('removal');
    expect(await engine.store.read.conversations.question(rows[0]!.id)).toBeUndefined();
    const { units } = engine.store.counts();
    await sweeper.sweep();
    expect(engine.store.counts().units - units).toBeLessThan(8);
  });

  test('stays for good where nobody said otherwise', async () => {
    const row = await said('A record');
    engine.clock.advance(3650 * day);
    await sweeper.sweep();
    expect(await read(row.id)).toEqual(row);
  });
});

describe('events', () => {
  test('go after 90 days where nobody said otherwise: their facts stay, and they are told to nobody', async () => {
    const row = await said('Told long ago');
    engine.clock.advance(90 * day - 1);
    await sweeper.sweep();
    expect(await engine.store.read.events.of('mer_1', 0, 10)).toHaveLength(1);
    engine.clock.advance(2);
    await sweeper.sweep();
    expect(await engine.store.read.events.of('mer_1', 0, 10)).toEqual([]);
    const [left] = await engine.store.read.events.ofMessage(row.id);
    expect(left!.envelope).not.toMatch(/Told|About|secret|probe:1/);
    expect(JSON.parse(left!.envelope)).toMatchObject({
      type: 'message.received',
      data: { id: row.id, conversation_id: 'cnv_1', channel: 'probe', sequence: 1 },
    });
  });

  test('that a webhook waits for stay until it is delivered or given up', async () => {
    await said('Waiting');
    const { seq } = engine.emitted[0]!;
    await engine.store.write((tx) => tx.webhooks.insert(webhookRow(seq)));
    engine.clock.advance(100 * day);
    await sweeper.sweep();
    expect(await engine.store.read.events.bySeq(seq)).toBeDefined();
    const row = (await engine.store.read.webhooks.one('whe_1', seq))!;
    await engine.store.write((tx) => tx.webhooks.update(row.id, { state: 'dead' }));
    await sweeper.sweep();
    expect(await engine.store.read.events.bySeq(seq)).toBeUndefined();
  });

  test('what is left of any kind is ids, times and states', () => {
    const left = eventFacts(
      JSON.stringify({
        type: 'delivery.updated',
        id: 'evt_1',
        data: {
          message_id: 'msg_1',
          state: 'failed',
          address: 'tel:+33639980001',
          metadata: { a: 'b' },
          failure: { code: 'unreachable', platform_code: '33639980001' },
        },
      }),
    );
    expect(JSON.parse(left)).toEqual({
      type: 'delivery.updated',
      id: 'evt_1',
      data: { message_id: 'msg_1', state: 'failed', failure: { code: 'unreachable' } },
    });
  });
});

describe('media', () => {
  const put = async (text: string, change: Partial<MediaRow> = {}): Promise<MediaRow> => {
    const { sha256, bytes } = await blobs.put(Buffer.from(text));
    const row: MediaRow = {
      id: makeId('media', { nowMs: engine.clock.now(), random: engine.clock.random(10).fill(++made) }),
      merchantId: 'mer_1',
      accountId: null,
      messageId: 'msg_1',
      state: 'ready',
      reference: 'ref',
      sourceUrl: 'http://a.test/',
      mediaType: 'text/plain',
      bytes,
      sha256,
      name: 'a.txt',
      createdAt: engine.clock.now(),
      ...change,
    };
    await engine.store.write((tx) => tx.media.insert(row));
    return row;
  };
  let made = 0;
  const files = async () =>
    (await readdir(join(engine.folder, 'media'), { recursive: true })).filter((name) =>
      /[0-9a-f]{64}$/.test(name),
    );

  test('go with their bytes, unless somebody else names the same', async () => {
    const mine = await put('mine');
    const shared = await put('shared');
    await put('shared', { merchantId: 'mer_2' });
    blobs = new BlobStore(join(engine.folder, 'media'));
    sweeper = new Sweeper({ ...engine, blobs });
    await days({ media: 1 });
    engine.clock.advance(day + 1);
    await sweeper.sweep();
    for (const { id } of [mine, shared])
      expect(await engine.store.read.media.byId(id)).toMatchObject({
        state: 'failed',
        sha256: null,
        name: null,
        reference: null,
        sourceUrl: null,
        mediaType: 'text/plain',
      });
    expect(await files()).toEqual([expect.stringContaining(shared.sha256!)]);
    expect(await engine.store.read.retention.unwantedBlobs(10)).toEqual([]);
  });

  test('bytes that came again just now stay until it is known who names them', async () => {
    const row = await put('again');
    await days({ media: 1 });
    engine.clock.advance(day + 1);
    await sweeper.sweep();
    expect(await files()).toHaveLength(1);
    expect(await engine.store.read.retention.unwantedBlobs(10)).toEqual([row.sha256]);
  });

  test('an upload counts from when it was sent last', async () => {
    const upload = await put('brochure', { messageId: null });
    await days({ media: 2 });
    engine.clock.advance(day);
    await engine.store.write((tx) => tx.retention.useMedia(upload.id, 'csm_1', engine.clock.now()));
    engine.clock.advance(day + 1);
    await sweeper.sweep();
    expect((await engine.store.read.media.byId(upload.id))?.state).toBe('ready');
    engine.clock.advance(day);
    await sweeper.sweep();
    expect((await engine.store.read.media.byId(upload.id))?.state).toBe('failed');
  });
});
