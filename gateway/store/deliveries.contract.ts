import { describe, expect, test } from 'vitest';
import { deliveryRow, messageRow, sentPartRow } from '../../test/gateway/rows.ts';
import type { Store } from './port.ts';

/** The part of the contract about deliveries and receipts. */
export function deliveriesContract(store: () => Store): void {
  describe('deliveries', () => {
    test('invariant 4: the head of a lane is the first queued one, whatever its time', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_3', { sequence: 3 }));
        await tx.deliveries.insert(deliveryRow('msg_2', { sequence: 2, nextAttemptAt: 1e12 }));
        await tx.deliveries.insert(deliveryRow('msg_1', { sequence: 1, state: 'sent' }));
        await tx.deliveries.insert(deliveryRow('msg_0', { sequence: 1, conversationId: 'cnv_2' }));
      });
      expect((await store().read.deliveries.head('cnv_1'))?.messageId).toBe('msg_2');
      await store().write((tx) => tx.deliveries.update('msg_2', { state: 'failed' }));
      expect((await store().read.deliveries.head('cnv_1'))?.messageId).toBe('msg_3');
      expect(await store().read.deliveries.head('cnv_9')).toBeUndefined();
    });

    test('what is scheduled has no turn until it takes its place', async () => {
      await store().write(async (tx) => {
        await tx.messages.insert(messageRow('msg_1', { direction: 'outbound', sequence: 1 }));
        await tx.deliveries.insert(deliveryRow('msg_1', { scheduled: true, nextAttemptAt: 50 }));
        await tx.deliveries.insert(deliveryRow('msg_2', { sequence: 2 }));
        await tx.deliveries.insert(deliveryRow('msg_3', { scheduled: true, nextAttemptAt: 40, sequence: 3 }));
      });
      const head = async () => (await store().read.deliveries.head('cnv_1'))?.messageId;
      const scheduled = async (now: number) =>
        (await store().read.deliveries.scheduledDue(now, 10)).map(({ messageId }) => messageId);
      expect(await head()).toBe('msg_2');
      expect(await scheduled(39)).toEqual([]);
      expect(await scheduled(50)).toEqual(['msg_3', 'msg_1']);
      await store().write(async (tx) => {
        await tx.deliveries.takePlace('msg_1', 4);
        await tx.messages.takePlace('msg_1', 4);
      });
      expect(await scheduled(50)).toEqual(['msg_3']);
      expect(await head()).toBe('msg_2');
      await store().write((tx) => tx.deliveries.update('msg_2', { state: 'sent' }));
      expect(await head()).toBe('msg_1');
      expect((await store().read.messages.byId('msg_1'))?.sequence).toBe(4);
    });

    test('due are those in lanes, of one account and class, soonest first, page by page', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { nextAttemptAt: 50 }));
        await tx.deliveries.insert(deliveryRow('msg_2', { nextAttemptAt: 20, conversationId: 'cnv_2' }));
        await tx.deliveries.insert(deliveryRow('msg_3', { nextAttemptAt: 20, conversationId: 'cnv_3' }));
        await tx.deliveries.insert(deliveryRow('msg_4', { nextAttemptAt: 10, sequence: 4, bulk: true }));
        await tx.deliveries.insert(deliveryRow('msg_5', { nextAttemptAt: 10, sequence: 5, scheduled: true }));
        await tx.deliveries.insert(deliveryRow('msg_6', { nextAttemptAt: 10, sequence: 6, state: 'sent' }));
        await tx.deliveries.insert(deliveryRow('msg_7', { nextAttemptAt: 10, accountId: 'acc_2' }));
      });
      const due = async (
        now: number,
        more: { bulk?: boolean; after?: [number, string]; limit?: number } = {},
      ) =>
        (
          await store().read.deliveries.dueOf({
            accountId: 'acc_1',
            bulk: more.bulk ?? false,
            now,
            after: { at: more.after?.[0] ?? -1, messageId: more.after?.[1] ?? '' },
            limit: more.limit ?? 10,
          })
        ).map(({ messageId }) => messageId);
      expect(await due(49)).toEqual(['msg_2', 'msg_3']);
      expect(await due(50)).toEqual(['msg_2', 'msg_3', 'msg_1']);
      expect(await due(50, { limit: 1 })).toEqual(['msg_2']);
      expect(await due(50, { after: [20, 'msg_2'] })).toEqual(['msg_3', 'msg_1']);
      expect(await due(50, { bulk: true })).toEqual(['msg_4']);
    });

    test('accounts with something due, by id and behind one of them', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { accountId: 'acc_1', nextAttemptAt: 50 }));
        await tx.deliveries.insert(deliveryRow('msg_2', { accountId: 'acc_2', bulk: true, sequence: 2 }));
        await tx.deliveries.insert(deliveryRow('msg_3', { accountId: 'acc_3', state: 'sent', sequence: 3 }));
        await tx.deliveries.insert(deliveryRow('msg_4', { accountId: 'acc_4', sequence: 4 }));
        await tx.deliveries.insert(
          deliveryRow('msg_5', { accountId: 'acc_5', scheduled: true, sequence: 5 }),
        );
      });
      const accounts = (after: string, now: number, limit = 10) =>
        store().read.deliveries.dueAccounts(after, now, limit);
      expect(await accounts('', 49)).toEqual(['acc_2', 'acc_4']);
      expect(await accounts('', 50)).toEqual(['acc_1', 'acc_2', 'acc_4']);
      expect(await accounts('', 50, 2)).toEqual(['acc_1', 'acc_2']);
      expect(await accounts('acc_2', 50)).toEqual(['acc_4']);
      expect(await accounts('acc_4', 50)).toEqual([]);
    });

    test('a lane has something normal, if only behind what is bulk', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { bulk: true }));
        await tx.deliveries.insert(deliveryRow('msg_2', { sequence: 2, scheduled: true }));
      });
      expect(await store().read.deliveries.normalWaits('cnv_1')).toBe(false);
      await store().write((tx) => tx.deliveries.insert(deliveryRow('msg_3', { sequence: 3 })));
      expect(await store().read.deliveries.normalWaits('cnv_1')).toBe(true);
    });

    test('over are queued ones without an attempt in hand; uncertain ones are given up in their time', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { expiresAt: 20 }));
        await tx.deliveries.insert(deliveryRow('msg_2', { expiresAt: 10, sequence: 2, scheduled: true }));
        await tx.deliveries.insert(deliveryRow('msg_3', { expiresAt: 10, sequence: 3, inFlight: true }));
        await tx.deliveries.insert(deliveryRow('msg_4', { expiresAt: 10, sequence: 4, state: 'sent' }));
        await tx.deliveries.insert(
          deliveryRow('msg_5', { expiresAt: 10, sequence: 5, state: 'uncertain', nextAttemptAt: 30 }),
        );
      });
      const ids = (rows: { messageId: string }[]) => rows.map(({ messageId }) => messageId);
      const { deliveries } = store().read;
      expect(ids(await deliveries.expired(19, 10))).toEqual(['msg_2']);
      expect(ids(await deliveries.expired(20, 10))).toEqual(['msg_2', 'msg_1']);
      expect(await deliveries.uncertainDue(29, 10)).toEqual([]);
      expect(ids(await deliveries.uncertainDue(30, 10))).toEqual(['msg_5']);
    });

    test('in flight are queued ones whose attempt has no end', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { inFlight: true }));
        await tx.deliveries.insert(deliveryRow('msg_2', { conversationId: 'cnv_2' }));
        await tx.deliveries.insert(
          deliveryRow('msg_3', { conversationId: 'cnv_3', inFlight: true, state: 'sent' }),
        );
      });
      expect((await store().read.deliveries.inFlight()).map(({ messageId }) => messageId)).toEqual(['msg_1']);
    });

    test('attempts are kept in order with how they ended', async () => {
      const attempt = {
        messageId: 'msg_1',
        part: 0,
        startedAt: 1,
        endedAt: 5,
        outcome: 'sent' as const,
        detail: null,
      };
      await store().write(async (tx) => {
        await tx.deliveries.insertAttempt({ ...attempt, number: 2 });
        await tx.deliveries.insertAttempt({
          ...attempt,
          number: 1,
          outcome: 'throttled',
          detail: { retry_after_ms: 7 },
        });
      });
      expect(
        (await store().read.deliveries.attemptsOf('msg_1')).map(({ number, outcome, detail }) => [
          number,
          outcome,
          detail,
        ]),
      ).toEqual([
        [1, 'throttled', { retry_after_ms: 7 }],
        [2, 'sent', null],
      ]);
      await expect(
        store().write((tx) => tx.deliveries.insertAttempt({ ...attempt, number: 1 })),
      ).rejects.toThrow();
    });

    test('an attempt begins once, and only while it is its turn', async () => {
      const begin = { messageId: 'msg_1', number: 1, part: 0, partCount: 2, now: 7, untilMs: 107 };
      const begins = (change: Partial<typeof begin> = {}) =>
        store().write((tx) => tx.deliveries.begin({ ...begin, ...change }));
      await store().write((tx) => tx.deliveries.insert(deliveryRow('msg_1', { hold: 'throttled' })));
      expect(await begins({ messageId: 'msg_0' })).toBe(false);
      expect(await begins({ number: 2 })).toBe(false);
      expect(await begins({ part: 1 })).toBe(false);
      expect(await begins()).toBe(true);
      expect(await begins({ number: 2 })).toBe(false);
      expect(await store().read.deliveries.byMessage('msg_1')).toMatchObject({
        attempts: 1,
        attemptedAt: 7,
        nextAttemptAt: 107,
        partCount: 2,
        inFlight: true,
        hold: null,
      });
      for (const change of [{ state: 'cancelled' }, { scheduled: true }] as const) {
        const id = `msg_${JSON.stringify(change)}`;
        await store().write((tx) => tx.deliveries.insert(deliveryRow(id, change)));
        expect(await begins({ messageId: id })).toBe(false);
      }
    });

    test('where a delivery stands is told with its message', async () => {
      await store().write(async (tx) => {
        await tx.messages.insert(messageRow('msg_1', { extras: { chain: 'msg_1' } }));
        await tx.deliveries.insert(deliveryRow('msg_1', { state: 'sent' }));
      });
      expect(await store().read.deliveries.standing('msg_1')).toMatchObject({
        state: 'sent',
        messageId: 'msg_1',
        extras: { chain: 'msg_1' },
      });
      expect(await store().read.deliveries.standing('msg_2')).toBeUndefined();
    });

    test('the backlog is counted by account', async () => {
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', { updatedAt: 5 }));
        await tx.deliveries.insert(deliveryRow('msg_2', { updatedAt: 3, sequence: 2 }));
        await tx.deliveries.insert(deliveryRow('msg_3', { accountId: 'acc_2', updatedAt: 9, sequence: 3 }));
        await tx.deliveries.insert(deliveryRow('msg_4', { state: 'sent', sequence: 4 }));
      });
      const backlog = await store().read.deliveries.backlog();
      expect(backlog.toSorted((a, b) => a.accountId.localeCompare(b.accountId))).toEqual([
        { accountId: 'acc_1', merchantId: 'mer_1', depth: 2, oldestAt: 3 },
        { accountId: 'acc_2', merchantId: 'mer_1', depth: 1, oldestAt: 9 },
      ]);
    });
  });

  describe('receipts', () => {
    test('a provider id given twice keeps its first meaning', async () => {
      await store().write(async (tx) => {
        await tx.receipts.insertPart(sentPartRow('p1'));
        await tx.receipts.insertPart(sentPartRow('p1', { messageId: 'msg_2' }));
        await tx.receipts.insertPart(sentPartRow('p1', { accountId: 'acc_2', messageId: 'msg_3' }));
      });
      expect((await store().read.receipts.partByProvider('acc_1', ['other', 'p1']))?.messageId).toBe('msg_1');
      expect((await store().read.receipts.partByProvider('acc_2', ['p1']))?.messageId).toBe('msg_3');
      expect(await store().read.receipts.partByProvider('acc_3', ['p1'])).toBeUndefined();
    });

    test('early receipts are taken once, by their own account, and swept when old', async () => {
      const early = (providerId: string, at: number, accountId = 'acc_1') => ({
        accountId,
        providerId,
        state: 'delivered' as const,
        failure: null,
        at,
      });
      await store().write(async (tx) => {
        await tx.receipts.insertEarly(early('p1', 10));
        await tx.receipts.insertEarly(early('p1', 11));
        await tx.receipts.insertEarly(early('p1', 12, 'acc_2'));
        await tx.receipts.insertEarly(early('old', 1));
      });
      const taken = await store().write((tx) => tx.receipts.takeEarly('acc_1', ['p1', 'p2']));
      expect(taken.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual([10, 11]);
      expect(await store().write((tx) => tx.receipts.takeEarly('acc_1', ['p1']))).toEqual([]);
      expect(await store().write((tx) => tx.receipts.takeEarly('acc_1', []))).toEqual([]);
      await store().write((tx) => tx.receipts.sweepEarly(5, 100));
      expect(await store().write((tx) => tx.receipts.takeEarly('acc_1', ['old']))).toEqual([]);
      expect(await store().write((tx) => tx.receipts.takeEarly('acc_2', ['p1']))).toHaveLength(1);
    });

    test('the parts up to a watermark: one address, sent and not read, newest first', async () => {
      await store().write(async (tx) => {
        for (let i = 1; i <= 4; i++) {
          const address = i === 3 ? 'probe:other' : 'probe:1';
          await tx.messages.insert(
            messageRow(`msg_${i}`, { sequence: i, direction: 'outbound', createdAt: i * 10, address }),
          );
          await tx.deliveries.insert(deliveryRow(`msg_${i}`, { sequence: i, state: 'sent' }));
          await tx.receipts.insertPart(
            sentPartRow(`p${i}`, { messageId: `msg_${i}`, state: i === 1 ? 'read' : 'delivered' }),
          );
        }
      });
      const upTo = async (ms: number, messages = 10) =>
        (
          await store().read.receipts.unreadParts({
            conversationId: 'cnv_1',
            accountId: 'acc_1',
            address: 'probe:1',
            upToMs: ms,
            messages,
          })
        ).map(({ providerId }) => providerId);
      expect(await upTo(40)).toEqual(['p4', 'p2']);
      expect(await upTo(39)).toEqual(['p2']);
      expect(await upTo(9)).toEqual([]);
      // of the newest two messages: another address's counts among them
      expect(await upTo(40, 2)).toEqual(['p4']);
    });

    test('a thread’s provider ids come oldest first, the latest ones if there are many', async () => {
      await store().write(async (tx) => {
        await tx.messages.insert(messageRow('msg_1', { sequence: 1, providerId: 'in-1' }));
        await tx.messages.insert(messageRow('msg_2', { sequence: 2, direction: 'outbound' }));
        await tx.receipts.insertPart(sentPartRow('out-2', { messageId: 'msg_2' }));
        await tx.messages.insert(
          messageRow('msg_3', { sequence: 3, providerId: 'in-3', accountId: 'acc_2' }),
        );
        await tx.messages.insert(messageRow('msg_4', { sequence: 4, providerId: 'in-4' }));
      });
      const next = { conversationId: 'cnv_1', accountId: 'acc_1', address: 'probe:1', sequence: 5 };
      expect(await store().read.receipts.threadIds(next, 20)).toEqual(['in-1', 'out-2', 'in-4']);
      expect(await store().read.receipts.threadIds(next, 2)).toEqual(['out-2', 'in-4']);
    });
  });
}
