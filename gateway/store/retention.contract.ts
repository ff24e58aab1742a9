import { describe, expect, test } from 'vitest';
import { idTimeMs, makeId } from '../../protocol/ids.ts';
import { deliveryRow, eventRow, messageRow, sentPartRow, webhookRow } from '../../test/gateway/rows.ts';
import { sweepOnce } from './sweeps.ts';
import type { EventRow, ReplayRow, Store, WebhookDeliveryRow } from './port.ts';

/** The part of the contract about replays, dead letters, retention and erasure. */
export function retentionContract(store: () => Store): void {
  const replayRow = (id: string, change: Partial<ReplayRow> = {}): ReplayRow => ({
    id,
    merchantId: 'mer_1',
    endpointId: 'whe_1',
    scope: { of: 'events', only: 'dead', upTo: 9 },
    state: 'counting',
    reason: null,
    cursor: '0',
    total: null,
    done: 0,
    failed: 0,
    skipped: 0,
    createdAt: 1,
    endedAt: null,
    ...change,
  });
  const event = (id: string, change: Partial<EventRow> = {}) =>
    store().write((tx) => tx.events.insert(eventRow(id, change)));
  const hook = (seq: number, change: Partial<WebhookDeliveryRow>) =>
    store().write((tx) => tx.webhooks.insert(webhookRow(seq, change)));

  describe('replays', () => {
    test('are found by merchant and while they are unfinished, oldest first; outcomes are counted', async () => {
      await store().write(async (tx) => {
        await tx.replays.insert(replayRow('rpl_1'));
        await tx.replays.insert(replayRow('rpl_2', { merchantId: 'mer_2', state: 'running' }));
        await tx.replays.insert(replayRow('rpl_3', { state: 'done' }));
        await tx.replays.count('rpl_1', 'done', 2);
        await tx.replays.count('rpl_1', 'failed');
        await tx.replays.mark('rpl_1', 7);
        await tx.replays.mark('rpl_1', 7);
        await tx.replays.mark('rpl_2', 8);
      });
      const { replays } = store().read;
      expect(await replays.byId('rpl_1')).toEqual(replayRow('rpl_1', { done: 2, failed: 1 }));
      expect((await replays.unfinished(10)).map(({ id }) => id)).toEqual(['rpl_1', 'rpl_2']);
      expect(await replays.unfinishedOf('mer_1')).toBe(1);
      expect((await replays.of('mer_1', 'z', 10)).map(({ id }) => id)).toEqual(['rpl_3', 'rpl_1']);
      expect(await replays.marked('rpl_1')).toEqual([7]);
      await store().write((tx) => tx.replays.unmark('rpl_1'));
      expect(await replays.marked('rpl_1')).toEqual([]);
      expect(await replays.marked('rpl_2')).toEqual([8]);
    });

    test('a time leads to the first place from it on, among a merchant’s own events', async () => {
      const seqs: number[] = [];
      for (let i = 0; i < 40; i++)
        seqs.push(await event(`evt_${i}`, { at: 1000 + i * 10, merchantId: i % 3 ? 'mer_1' : 'mer_2' }));
      for (const [i, seq] of seqs.entries()) {
        const next = seqs.findIndex((_, j) => j >= i && j % 3 !== 0);
        const first = await store().read.replays.firstSince('mer_1', 1000 + i * 10);
        const found = await store().read.replays.eventsAfter({
          merchantId: 'mer_1',
          after: first - 1,
          upTo: 1e9,
          limit: 1,
        });
        expect(found[0]?.seq ?? -1, String(seq)).toBe(next === -1 ? -1 : seqs[next]);
      }
    });

    test('invariant 8: an id leads to its place for its own merchant only', async () => {
      const ids = Array.from({ length: 6 }, (_, i) =>
        makeId('event', { nowMs: 5000 + Math.floor(i / 2), random: new Uint8Array(10).fill(i) }),
      );
      const seqs: number[] = [];
      for (const id of ids) seqs.push(await event(id, { at: idTimeMs(id) }));
      const { replays } = store().read;
      for (const [i, id] of ids.entries()) {
        expect(await replays.placeOf('mer_1', id, idTimeMs(id))).toBe(seqs[i]);
        expect(await replays.placeOf('mer_2', id, idTimeMs(id))).toBeUndefined();
      }
      expect(await replays.placeOf('mer_1', 'evt_other', 5001)).toBeUndefined();
    });

    test('a message is resent once', async () => {
      await store().write((tx) => tx.replays.insertResend('msg_1', 'msg_2'));
      expect(await store().read.replays.resentAs('msg_1')).toBe('msg_2');
      await expect(store().write((tx) => tx.replays.insertResend('msg_1', 'msg_3'))).rejects.toThrow();
    });
  });

  describe('dead letters', () => {
    const endpoint = (id: string, merchantId: string) =>
      store().write((tx) =>
        tx.webhooks.insertEndpoint({
          id,
          merchantId,
          url: 'http://a.test/',
          types: null,
          secrets: Buffer.alloc(1),
          state: 'active',
          failingSince: null,
          disabledAt: null,
          createdAt: 1,
        }),
      );

    test('events are listed by endpoint or for all, newest first; those of an endpoint in order', async () => {
      await endpoint('whe_1', 'mer_1');
      await endpoint('whe_2', 'mer_2');
      const seqs = [await event('evt_1'), await event('evt_2'), await event('evt_3')];
      for (const [i, seq] of seqs.entries()) {
        await hook(seq, { endpointId: 'whe_1', state: i === 1 ? 'delivered' : 'dead' });
        await hook(seq, { endpointId: 'whe_2', state: 'dead' });
      }
      const { deadLetters, replays } = store().read;
      const list = async (endpointIds: string[] | undefined, before = 1e9, limit = 10) =>
        (await deadLetters.events({ endpointIds, before, limit })).map(
          ({ event: one, delivery, merchantId }) => `${one.id} ${delivery.endpointId} ${merchantId}`,
        );
      expect(await list(['whe_1'])).toEqual(['evt_3 whe_1 mer_1', 'evt_1 whe_1 mer_1']);
      expect(await list(['whe_1', 'whe_2'], 1e9, 3)).toEqual([
        'evt_3 whe_2 mer_2',
        'evt_3 whe_1 mer_1',
        'evt_2 whe_2 mer_2',
      ]);
      expect(await list(undefined)).toHaveLength(5);
      const [newest] = await deadLetters.events({ endpointIds: undefined, before: 1e9, limit: 1 });
      expect((await list(undefined, newest!.delivery.id))[0]).toBe('evt_3 whe_1 mer_1');
      const range = { endpointId: 'whe_1', after: 0, upTo: seqs[2]!, limit: 10 };
      expect((await replays.deadAfter(range)).map(({ seq }) => seq)).toEqual([seqs[0], seqs[2]]);
    });

    test('messages that failed or expired, of one merchant or of all', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { state: 'failed' }));
        await tx.deliveries.insert(deliveryRow('msg_2', { state: 'sent', sequence: 2 }));
        await tx.deliveries.insert(deliveryRow('msg_3', { state: 'expired', sequence: 3 }));
        await tx.deliveries.insert(
          deliveryRow('msg_4', { state: 'failed', sequence: 4, merchantId: 'mer_2' }),
        );
      });
      const { deadLetters } = store().read;
      const ids = (rows: { messageId: string }[]) => rows.map(({ messageId }) => messageId);
      const page = { before: 'z', limit: 10 };
      expect(ids(await deadLetters.messages({ merchantId: 'mer_1', ...page }))).toEqual(['msg_3', 'msg_1']);
      expect(ids(await deadLetters.messages({ merchantId: undefined, ...page }))).toEqual([
        'msg_4',
        'msg_3',
        'msg_1',
      ]);
      const range = { merchantId: 'mer_1', from: '', after: 'msg_1', upTo: 'z', limit: 10 };
      expect(ids(await deadLetters.messagesAfter(range))).toEqual(['msg_3']);
      expect(ids(await deadLetters.messagesByIds('mer_2', ['msg_1', 'msg_4']))).toEqual(['msg_4']);
    });
  });

  describe('removal', () => {
    test('a removed event is told to nobody and keeps its facts; one that is awaited says so', async () => {
      const [gone, outstanding, waiting] = [await event('evt_1'), await event('evt_2'), await event('evt_3')];
      await store().write(async (tx) => {
        await tx.events.settle(gone);
        await tx.events.settle(waiting);
        await tx.retention.removeEvent(gone, '{"facts":1}', 5);
      });
      await hook(waiting, { state: 'pending' });
      const { events, retention, replays } = store().read;
      expect(await events.bySeq(gone)).toBeUndefined();
      expect((await events.of('mer_1', 0, 10)).map(({ seq }) => seq)).toEqual([outstanding, waiting]);
      expect(await retention.event(gone)).toMatchObject({ envelope: '{"facts":1}', removedAt: 5 });
      expect(await replays.envelopeAt(gone)).toBeUndefined();
      expect(await Promise.all([gone, outstanding, waiting].map((seq) => retention.isAwaited(seq)))).toEqual([
        false,
        true,
        true,
      ]);
      expect(await replays.onTheirWay([gone, outstanding, waiting])).toEqual([outstanding]);
    });

    test('an upload’s uses are told apart by consumer', async () => {
      await store().write(async (tx) => {
        await tx.retention.useMedia('med_1', 'csm_1', 5);
        await tx.retention.useMedia('med_1', 'csm_1', 7);
        await tx.retention.useMedia('med_1', 'csm_2', 6);
      });
      expect(await store().read.retention.lastUse('med_1')).toBe(7);
      expect(await store().read.retention.usedBy('csm_1', 10)).toEqual(['med_1']);
      expect(await store().write((tx) => tx.retention.dropUse('med_1', 'csm_1'))).toBe(false);
      expect(await store().write((tx) => tx.retention.dropUse('med_1', 'csm_2'))).toBe(true);
    });

    test('ids that platforms gave are forgotten, each part by itself', async () => {
      await store().write(async (tx) => {
        await tx.messages.insert(messageRow('msg_1'));
        await tx.receipts.insertPart(sentPartRow('wamid.1', { part: 0 }));
        await tx.receipts.insertPart(sentPartRow('wamid.2', { part: 1 }));
        await tx.receipts.insertPart(sentPartRow('wamid.3', { part: 1 }));
        await tx.receipts.insertPart(sentPartRow('other', { messageId: 'msg_2' }));
        await tx.erasures.forgetProviderIds('msg_1');
      });
      const parts = await store().read.receipts.partsOf('msg_1');
      expect(parts).toHaveLength(3);
      expect(JSON.stringify(parts)).not.toContain('wamid');
      expect((await store().read.receipts.partsOf('msg_2'))[0]?.providerId).toBe('other');
    });

    test('an address is suppressed once, and lifted for its own merchant only', async () => {
      const row = { merchantId: 'mer_1', hash: 'h', optedOut: true, at: 1 };
      await store().write(async (tx) => {
        await tx.erasures.suppress({ ...row, optedOut: false });
        await tx.erasures.suppress(row);
        await tx.erasures.liftSuppression('mer_2', 'h');
      });
      expect(await store().read.erasures.suppression('mer_1', 'h')).toEqual(row);
      expect(await store().read.erasures.suppression('mer_2', 'h')).toBeUndefined();
    });

    test('what was scrubbed is gone from the log of writes, and the ledger goes on', async () => {
      await store().write((tx) => tx.messages.insert(messageRow('msg_1')));
      await Promise.all([
        store().scrub(),
        ...Array.from({ length: 50 }, (_, i) =>
          store().write((tx) => tx.messages.insert(messageRow(`msg_x${i}`, { sequence: i + 2 }))),
        ),
      ]);
      expect(await store().read.messages.byId('msg_x49')).toBeDefined();
    });
  });

  test('sweeps forget what has served its time, and nothing else', async () => {
    const day = 86_400_000;
    const key = (name: string, createdAt: number) => ({
      merchantId: 'mer_1',
      route: 'r',
      key: name,
      bodyHash: 'h',
      status: 202,
      response: '{}',
      createdAt,
    });
    const early = (providerId: string, at: number) =>
      ({ accountId: 'acc_1', providerId, state: 'sent', failure: null, at }) as const;
    await store().write(async (tx) => {
      for (let i = 0; i < 1100; i++) await tx.idempotency.insert(key(`old ${i}`, day));
      await tx.idempotency.insert(key('new', 6 * day));
      await tx.receipts.insertEarly(early('old', 1));
      await tx.receipts.insertEarly(early('new', 6 * day));
    });
    await sweepOnce(store(), 8 * day);
    expect(await store().read.idempotency.find('mer_1', 'r', 'old 1099')).toBeUndefined();
    expect(await store().read.idempotency.find('mer_1', 'r', 'new')).toBeDefined();
    const left = await store().write((tx) => tx.receipts.takeEarly('acc_1', ['old', 'new']));
    expect(left.map(({ providerId }) => providerId)).toEqual(['new']);
  });
}
