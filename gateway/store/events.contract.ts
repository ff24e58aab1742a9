import { describe, expect, test } from 'vitest';
import { eventRow, webhookRow } from '../../test/gateway/rows.ts';
import type { Store } from './port.ts';

/** The part of the contract about events, the outbox and webhook deliveries. */
export function eventsContract(store: () => Store): void {
  describe('events and outbox', () => {
    test('events have places in the order of their commits, and leave the outbox when settled', async () => {
      const seqs = await Promise.all(
        ['evt_1', 'evt_2', 'evt_3'].map((id) => store().write((tx) => tx.events.insert(eventRow(id)))),
      );
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      const unsettled = async (after = 0) =>
        (await store().read.events.unsettled(after, 1e9, 10)).map(({ event }) => event.id);
      expect(await unsettled()).toEqual(['evt_1', 'evt_2', 'evt_3']);
      expect(await unsettled(seqs[0])).toEqual(['evt_2', 'evt_3']);
      await store().write((tx) => tx.events.settle(seqs[0]!));
      expect(await unsettled()).toEqual(['evt_2', 'evt_3']);
      expect(await store().read.events.unsettledCount()).toEqual({ depth: 2, oldestAt: 1 });
      expect((await store().read.events.bySeq(seqs[0]!))?.id).toBe('evt_1');
    });

    test('the place of an event that was taken back is nobody’s, and order holds', async () => {
      const [first, failed, last] = await Promise.allSettled([
        store().write((tx) => tx.events.insert(eventRow('evt_1'))),
        store().write(async (tx) => {
          await tx.events.insert(eventRow('evt_2'));
          throw new Error('no');
        }),
        store().write((tx) => tx.events.insert(eventRow('evt_3'))),
      ]);
      expect([first.status, failed.status, last.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await store().read.events.unsettled(0, 1e9, 10)).map(({ event }) => event.id)).toEqual([
        'evt_1',
        'evt_3',
      ]);
    });

    test('a lane is the conversation, or the event itself; its head is the oldest unsettled', async () => {
      const seqs = await store().write(async (tx) => [
        await tx.events.insert(eventRow('evt_1')),
        await tx.events.insert(eventRow('evt_2')),
        await tx.events.insert(eventRow('evt_3', { conversationId: null })),
      ]);
      expect(await store().read.events.laneNext('cnv_1', 0)).toBe(seqs[0]);
      expect(await store().read.events.laneNext('cnv_1', seqs[0]!)).toBe(seqs[1]);
      expect(await store().read.events.laneNext('evt_3', 0)).toBe(seqs[2]);
      await store().write((tx) => tx.events.settle(seqs[0]!));
      expect(await store().read.events.laneNext('cnv_1', 0)).toBe(seqs[1]);
      await store().write((tx) => tx.events.settle(seqs[1]!));
      expect(await store().read.events.laneNext('cnv_1', 0)).toBeUndefined();
    });

    test('invariant 8: a merchant’s events are its own', async () => {
      await store().write(async (tx) => {
        await tx.events.insert(eventRow('evt_1'));
        await tx.events.insert(eventRow('evt_2', { merchantId: 'mer_2' }));
        await tx.events.insert(eventRow('evt_3'));
      });
      expect((await store().read.events.of('mer_1', 0, 10)).map(({ id }) => id)).toEqual(['evt_1', 'evt_3']);
      expect(await store().read.events.lastSeq('mer_3')).toBe(0);
    });
  });

  describe('webhook deliveries', () => {
    test('an endpoint has an event once', async () => {
      const seq = await store().write((tx) => tx.events.insert(eventRow('evt_1')));
      await store().write(async (tx) => {
        await tx.webhooks.insert(webhookRow(seq, { attempts: 1 }));
        await tx.webhooks.insert(webhookRow(seq, { attempts: 2 }));
        await tx.webhooks.insert(webhookRow(seq, { endpointId: 'whe_2' }));
      });
      expect(await store().read.webhooks.byEvent(seq)).toHaveLength(2);
      expect((await store().read.webhooks.one('whe_1', seq))?.attempts).toBe(1);
    });

    test('due are pending ones with a time that has come, soonest first, but for endpoints left out', async () => {
      await store().write(async (tx) => {
        await tx.webhooks.insert(webhookRow(1, { nextAttemptAt: 20 }));
        await tx.webhooks.insert(webhookRow(2));
        await tx.webhooks.insert(webhookRow(3, { nextAttemptAt: 10, lane: 'cnv_2' }));
        await tx.webhooks.insert(webhookRow(4, { nextAttemptAt: 5, state: 'dead', lane: 'cnv_3' }));
        await tx.webhooks.insert(webhookRow(5, { nextAttemptAt: 1, endpointId: 'whe_2' }));
      });
      const due = async (now: number, except: string[] = []) =>
        (await store().read.webhooks.due(now, 10, except)).map(({ eventSeq }) => eventSeq);
      expect(await due(20)).toEqual([5, 3, 1]);
      expect(await due(19)).toEqual([5, 3]);
      expect(await due(20, ['whe_2'])).toEqual([3, 1]);
      expect((await store().read.webhooks.laneHead('whe_1', 'cnv_1'))?.eventSeq).toBe(1);
    });

    test('what waits for its time is read on behind a time and a row, soonest first', async () => {
      await store().write(async (tx) => {
        await tx.webhooks.insert(webhookRow(1, { nextAttemptAt: 20 }));
        await tx.webhooks.insert(webhookRow(2));
        await tx.webhooks.insert(webhookRow(3, { nextAttemptAt: 10, lane: 'cnv_2' }));
        await tx.webhooks.insert(webhookRow(4, { nextAttemptAt: 15, state: 'dead', lane: 'cnv_3' }));
        await tx.webhooks.insert(webhookRow(5, { nextAttemptAt: 20, lane: 'cnv_4' }));
        await tx.webhooks.insert(webhookRow(6, { nextAttemptAt: 9, lane: 'cnv_5' }));
      });
      const page = await store().read.webhooks.waitingBehind({ at: 9, id: Number.MAX_SAFE_INTEGER }, 2);
      expect(page.map(({ eventSeq }) => eventSeq)).toEqual([3, 1]);
      const { nextAttemptAt: at, id } = page[1]!;
      const rest = await store().read.webhooks.waitingBehind({ at, id }, 2);
      expect(rest.map(({ eventSeq }) => eventSeq)).toEqual([5]);
    });

    test('the last event of all tells when it was written, whatever the times of those before', async () => {
      expect(await store().read.events.lastAt()).toBeUndefined();
      await store().write(async (tx) => {
        await tx.events.insert(eventRow('evt_1', { at: 90 }));
        await tx.events.insert(eventRow('evt_2', { at: 40 }));
      });
      expect(await store().read.events.lastAt()).toBe(40);
    });

    test('a lane that waits without a time is woken at its head only', async () => {
      await store().write(async (tx) => {
        await tx.webhooks.insert(webhookRow(1, { nextAttemptAt: 50 }));
        await tx.webhooks.insert(webhookRow(2));
        await tx.webhooks.insert(webhookRow(3, { lane: 'cnv_2' }));
        await tx.webhooks.insert(webhookRow(4, { lane: 'cnv_2' }));
        await tx.webhooks.insert(webhookRow(3, { lane: 'cnv_2', endpointId: 'whe_2' }));
      });
      await store().write(async (tx) => {
        await tx.webhooks.wakeLane('whe_1', 'cnv_1', 10);
        await tx.webhooks.wakeLane('whe_1', 'cnv_2', 10);
        await tx.webhooks.wakeLane('whe_1', 'cnv_9', 10);
      });
      const due = async () =>
        (await store().read.webhooks.due(20, 10, [])).map(
          ({ endpointId, eventSeq }) => `${endpointId} ${eventSeq}`,
        );
      expect(await due()).toEqual(['whe_1 3']);
      const earlier = await store().write((tx) =>
        tx.events.insert(eventRow('evt_1', { conversationId: 'cnv_2' })),
      );
      expect(earlier).toBeLessThan(3);
      await store().write((tx) => tx.webhooks.wakeLanes(11));
      expect(await due()).toEqual(['whe_1 3']);
      await store().write((tx) => tx.events.settle(earlier));
      await store().write((tx) => tx.webhooks.wakeLanes(11));
      expect(await due()).toEqual(['whe_1 3', 'whe_2 3']);
      expect((await store().read.webhooks.laneHead('whe_1', 'cnv_1'))?.nextAttemptAt).toBe(50);
    });

    test('giving up and taking up again: everything since a time, only lane heads due', async () => {
      const seqs = await store().write(async (tx) => {
        const made: number[] = [];
        for (const [i, at] of [10, 20, 30, 40].entries())
          made.push(await tx.events.insert(eventRow(`evt_${i}`, { at })));
        return made;
      });
      await store().write(async (tx) => {
        await tx.webhooks.insertEndpoint({
          id: 'whe_1',
          merchantId: 'mer_1',
          url: 'http://a.test/',
          types: null,
          secrets: Buffer.alloc(1),
          state: 'active',
          failingSince: null,
          disabledAt: null,
          createdAt: 1,
        });
        for (const [i, seq] of seqs.entries())
          await tx.webhooks.insert(
            webhookRow(seq, { lane: i === 3 ? 'cnv_2' : 'cnv_1', nextAttemptAt: i === 0 ? 5 : null }),
          );
      });
      expect(await store().write((tx) => tx.webhooks.setWaiting('whe_1', 'dead', 0, 100))).toBe(4);
      expect(await store().read.webhooks.waitingEndpoints()).toEqual([]);
      expect(await store().write((tx) => tx.webhooks.setWaiting('whe_1', 'pending', 20, 100))).toBe(3);
      expect((await store().read.webhooks.due(100, 10, [])).map(({ eventSeq }) => eventSeq)).toEqual([
        seqs[1],
        seqs[3],
      ]);
      expect(await store().read.webhooks.waitingEndpoints()).toEqual([{ endpointId: 'whe_1', waiting: 3 }]);
    });
  });
}
