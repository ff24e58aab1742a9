import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addressRow,
  conversationRow,
  deliveryRow,
  eventRow,
  messageRow,
  sentPartRow,
  webhookRow,
} from '../../test/gateway/rows.ts';
import type { Store } from './port.ts';

export interface Driver {
  /** Opens a ledger of its own and makes it ready. */
  open(): Promise<Store>;
  /** Opens the one that was opened last once more, after it was closed. */
  reopen(): Promise<Store>;
  /** Removes what `open` made. */
  remove(): Promise<void>;
}

/** What every driver of the ledger promises. */
export function storeContract(name: string, driver: Driver): void {
  describe(`${name}: the ledger`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await driver.open();
    });
    afterEach(async () => {
      await store.close();
      await driver.remove();
    });

    describe('units of work', () => {
      const merchant = (id: string) => ({ id, name: id, createdAt: 1 });

      test('a unit that throws takes back its own writes and nobody else’s', async () => {
        const results = await Promise.allSettled([
          store.write((tx) => tx.merchants.insert(merchant('mer_1'))),
          store.write(async (tx) => {
            await tx.merchants.insert(merchant('mer_2'));
            throw new Error('changed its mind');
          }),
          store.write((tx) => tx.merchants.insert(merchant('mer_3'))),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await store.read.merchants.list('', 10)).map(({ id }) => id)).toEqual(['mer_1', 'mer_3']);
      });

      test('a broken constraint fails its own unit only', async () => {
        const results = await Promise.allSettled([
          store.write((tx) => tx.merchants.insert(merchant('mer_1'))),
          store.write(async (tx) => {
            await tx.merchants.insert(merchant('mer_2'));
            await tx.merchants.insert(merchant('mer_1'));
          }),
          store.write((tx) => tx.merchants.insert(merchant('mer_3'))),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await store.read.merchants.list('', 10)).map(({ id }) => id)).toEqual(['mer_1', 'mer_3']);
      });

      test('what is asked for together is committed together', async () => {
        const before = store.counts();
        await Promise.all(Array.from({ length: 100 }, (_, i) => store.write((tx) => tx.merchants.insert(merchant(`mer_${i}`)))));
        const after = store.counts();
        expect(after.units - before.units).toBe(100);
        expect(after.commits - before.commits).toBeLessThanOrEqual(4);
        expect(store.waiting()).toBe(0);
      });

      test('readers see committed data only; a unit sees its own writes', async () => {
        await store.write(async (tx) => {
          await tx.merchants.insert(merchant('mer_1'));
          expect(await tx.merchants.byId('mer_1')).toBeDefined();
          expect(await store.read.merchants.byId('mer_1')).toBeUndefined();
        });
        expect(await store.read.merchants.byId('mer_1')).toEqual(merchant('mer_1'));
      });

      test('hooks run once the unit is durable, in commit order, and not for one that failed', async () => {
        const told: string[] = [];
        const unit = (id: string, fails = false) =>
          store.write(async (tx) => {
            await tx.merchants.insert(merchant(id));
            tx.afterCommit(() => void told.push(id));
            if (fails) throw new Error('no');
          });
        let seen = false;
        const durable = store.write(async (tx) => {
          await tx.merchants.insert(merchant('mer_0'));
          tx.afterCommit(() => {
            void store.read.merchants.byId('mer_0').then((row) => (seen = row !== undefined));
          });
        });
        await Promise.allSettled([durable, unit('mer_1'), unit('mer_2', true), unit('mer_3')]);
        expect(told).toEqual(['mer_1', 'mer_3']);
        expect(seen).toBe(true);
      });

      test('what was written is there after it was closed and opened again', async () => {
        await store.write(async (tx) => {
          await tx.merchants.insert(merchant('mer_1'));
          await tx.messages.insert(messageRow('msg_1', { providerId: 'p1', extras: { metadata: { order: '7' } } }));
          await tx.deliveries.insert(deliveryRow('msg_1', { inFlight: true }));
          await tx.events.insert(eventRow('evt_1'));
        });
        await store.close();
        store = await driver.reopen();
        await store.check();
        expect(await store.read.merchants.byId('mer_1')).toEqual(merchant('mer_1'));
        expect(await store.read.messages.byProvider('acc_1', 'p1')).toEqual(
          messageRow('msg_1', { providerId: 'p1', extras: { metadata: { order: '7' } } }),
        );
        expect((await store.read.deliveries.inFlight()).map(({ messageId }) => messageId)).toEqual(['msg_1']);
        expect((await store.read.events.unsettled(0, 1e9, 10)).map(({ event }) => event.id)).toEqual(['evt_1']);
      });

      test('closing finishes what waits', async () => {
        const writes = Array.from({ length: 20 }, (_, i) => store.write((tx) => tx.merchants.insert(merchant(`mer_${i}`))));
        await store.close();
        await Promise.all(writes);
        store = await driver.reopen();
        expect(await store.read.merchants.list('', 100)).toHaveLength(20);
      });
    });

    describe('messages and conversations', () => {
      test('invariant 2: a platform’s id is one message per account, and none of another’s', async () => {
        await store.write((tx) => tx.messages.insert(messageRow('msg_1', { providerId: 'p1' })));
        await expect(
          store.write((tx) => tx.messages.insert(messageRow('msg_2', { providerId: 'p1', sequence: 2 }))),
        ).rejects.toThrow();
        await store.write((tx) =>
          tx.messages.insert(messageRow('msg_3', { providerId: 'p1', sequence: 3, accountId: 'acc_2' })),
        );
        await store.write((tx) => tx.messages.insert(messageRow('msg_4', { sequence: 4 })));
        await store.write((tx) => tx.messages.insert(messageRow('msg_5', { sequence: 5 })));
        expect((await store.read.messages.byProvider('acc_1', 'p1'))?.id).toBe('msg_1');
        expect((await store.read.messages.byProvider('acc_2', 'p1'))?.id).toBe('msg_3');
      });

      test('invariant 4: a place in a conversation is taken once', async () => {
        await store.write((tx) => tx.messages.insert(messageRow('msg_1')));
        await expect(store.write((tx) => tx.messages.insert(messageRow('msg_2')))).rejects.toThrow();
      });

      test('there is one conversation for a merchant and a consumer', async () => {
        await store.write((tx) => tx.conversations.insert(conversationRow('cnv_1', { consumerId: 'csm_1' })));
        await expect(
          store.write((tx) => tx.conversations.insert(conversationRow('cnv_2', { consumerId: 'csm_1' }))),
        ).rejects.toThrow();
        await store.write((tx) =>
          tx.conversations.insert(conversationRow('cnv_3', { consumerId: 'csm_1', merchantId: 'mer_2' })),
        );
        expect((await store.read.conversations.ofPair('mer_1', 'csm_1'))?.id).toBe('cnv_1');
        expect((await store.read.conversations.ofPair('mer_2', 'csm_1'))?.id).toBe('cnv_3');
      });

      test('conversations of a merchant come newest first, page by page, also at equal times', async () => {
        await store.write(async (tx) => {
          for (let i = 1; i <= 5; i++) await tx.conversations.insert(conversationRow(`cnv_${i}`, { updatedAt: i < 4 ? 10 : 20 }));
          await tx.conversations.insert(conversationRow('cnv_x', { merchantId: 'mer_2', updatedAt: 30 }));
        });
        const first = await store.read.conversations.of('mer_1', undefined, 3);
        const rest = await store.read.conversations.of('mer_1', first.at(-1), 3);
        expect([...first, ...rest].map(({ id }) => id)).toEqual(['cnv_5', 'cnv_4', 'cnv_3', 'cnv_2', 'cnv_1']);
      });

      test('merging puts one thread behind the other, with deliveries and questions', async () => {
        const into = conversationRow('cnv_1', { consumerId: 'csm_1', lastSequence: 2 });
        const from = conversationRow('cnv_2', { consumerId: 'csm_2', lastSequence: 3 });
        await store.write(async (tx) => {
          await tx.conversations.insert(into);
          await tx.conversations.insert(from);
          for (const [id, sequence] of [['msg_a', 1], ['msg_b', 2]] as const) await tx.messages.insert(messageRow(id, { sequence }));
          for (const [id, sequence] of [['msg_c', 1], ['msg_d', 2], ['msg_e', 3]] as const)
            await tx.messages.insert(messageRow(id, { sequence, conversationId: 'cnv_2', consumerId: 'csm_2' }));
          await tx.deliveries.insert(deliveryRow('msg_d', { conversationId: 'cnv_2', sequence: 2 }));
          await tx.conversations.insertQuestion({
            messageId: 'msg_d',
            conversationId: 'cnv_2',
            question: { messageId: 'msg_d', options: [], expiresInSeconds: 60 },
            expiresAt: 100,
            answeredAt: null,
          });
        });
        await store.write((tx) => tx.conversations.merge(from, into));
        const merged = await store.read.messages.ofConversation('cnv_1', 1e9, 10);
        expect(merged.map(({ id, sequence, consumerId }) => [id, sequence, consumerId])).toEqual([
          ['msg_e', 5, 'csm_1'],
          ['msg_d', 4, 'csm_1'],
          ['msg_c', 3, 'csm_1'],
          ['msg_b', 2, 'csm_1'],
          ['msg_a', 1, 'csm_1'],
        ]);
        expect(await store.read.conversations.byId('cnv_2')).toBeUndefined();
        expect(await store.read.deliveries.head('cnv_1')).toMatchObject({ messageId: 'msg_d', sequence: 4 });
        expect(await store.read.conversations.openQuestions('cnv_1', 1)).toHaveLength(1);
      });

      test('open questions: the newest first, without the answered and the expired', async () => {
        const question = (messageId: string, expiresAt: number) => ({
          messageId,
          conversationId: 'cnv_1',
          question: { messageId, options: [], expiresInSeconds: 60 },
          expiresAt,
          answeredAt: null,
        });
        await store.write(async (tx) => {
          await tx.conversations.insertQuestion(question('msg_1', 100));
          await tx.conversations.insertQuestion(question('msg_2', 50));
          await tx.conversations.insertQuestion(question('msg_3', 100));
          await tx.conversations.insertQuestion(question('msg_4', 100));
          await tx.conversations.answerQuestion('msg_3', 10);
        });
        expect((await store.read.conversations.openQuestions('cnv_1', 50)).map(({ messageId }) => messageId)).toEqual(['msg_4', 'msg_1']);
      });

      test('an address is one consumer’s per merchant', async () => {
        await store.write((tx) => tx.directory.insertAddress(addressRow('probe:1')));
        await expect(store.write((tx) => tx.directory.insertAddress(addressRow('probe:1', { consumerId: 'csm_2' })))).rejects.toThrow();
        await store.write((tx) => tx.directory.insertAddress(addressRow('probe:1', { merchantId: 'mer_2', consumerId: 'csm_9' })));
        expect((await store.read.directory.address('mer_1', 'probe:1'))?.consumerId).toBe('csm_1');
        expect((await store.read.directory.address('mer_2', 'probe:1'))?.consumerId).toBe('csm_9');
      });
    });

    describe('deliveries', () => {
      test('invariant 4: the head of a lane is the first queued one, whatever its time', async () => {
        await store.write(async (tx) => {
          await tx.deliveries.insert(deliveryRow('msg_3', { sequence: 3 }));
          await tx.deliveries.insert(deliveryRow('msg_2', { sequence: 2, nextAttemptAt: 1e12 }));
          await tx.deliveries.insert(deliveryRow('msg_1', { sequence: 1, state: 'sent' }));
          await tx.deliveries.insert(deliveryRow('msg_0', { sequence: 1, conversationId: 'cnv_2' }));
        });
        expect((await store.read.deliveries.head('cnv_1'))?.messageId).toBe('msg_2');
        await store.write((tx) => tx.deliveries.update('msg_2', { state: 'failed' }));
        expect((await store.read.deliveries.head('cnv_1'))?.messageId).toBe('msg_3');
        expect(await store.read.deliveries.head('cnv_9')).toBeUndefined();
      });

      test('in flight are queued ones whose attempt has no end', async () => {
        await store.write(async (tx) => {
          await tx.deliveries.insert(deliveryRow('msg_1', { inFlight: true }));
          await tx.deliveries.insert(deliveryRow('msg_2', { conversationId: 'cnv_2' }));
          await tx.deliveries.insert(deliveryRow('msg_3', { conversationId: 'cnv_3', inFlight: true, state: 'sent' }));
        });
        expect((await store.read.deliveries.inFlight()).map(({ messageId }) => messageId)).toEqual(['msg_1']);
      });

      test('attempts are kept in order with how they ended', async () => {
        const attempt = { messageId: 'msg_1', part: 0, startedAt: 1, endedAt: null, outcome: null, detail: null };
        await store.write(async (tx) => {
          await tx.deliveries.insertAttempt({ ...attempt, number: 2 });
          await tx.deliveries.insertAttempt({ ...attempt, number: 1 });
          await tx.deliveries.endAttempt('msg_1', 1, { endedAt: 5, outcome: 'throttled', detail: { retry_after_ms: 7 } });
        });
        expect((await store.read.deliveries.attemptsOf('msg_1')).map(({ number, outcome, detail }) => [number, outcome, detail])).toEqual([
          [1, 'throttled', { retry_after_ms: 7 }],
          [2, null, null],
        ]);
        await expect(store.write((tx) => tx.deliveries.insertAttempt({ ...attempt, number: 1 }))).rejects.toThrow();
      });

      test('the backlog is counted by account', async () => {
        await store.write(async (tx) => {
          await tx.deliveries.insert(deliveryRow('msg_1', { updatedAt: 5 }));
          await tx.deliveries.insert(deliveryRow('msg_2', { updatedAt: 3, sequence: 2 }));
          await tx.deliveries.insert(deliveryRow('msg_3', { accountId: 'acc_2', updatedAt: 9, sequence: 3 }));
          await tx.deliveries.insert(deliveryRow('msg_4', { state: 'sent', sequence: 4 }));
        });
        const backlog = await store.read.deliveries.backlog();
        expect(backlog.toSorted((a, b) => a.accountId.localeCompare(b.accountId))).toEqual([
          { accountId: 'acc_1', merchantId: 'mer_1', depth: 2, oldestAt: 3 },
          { accountId: 'acc_2', merchantId: 'mer_1', depth: 1, oldestAt: 9 },
        ]);
      });
    });

    describe('receipts', () => {
      test('a provider id given twice keeps its first meaning', async () => {
        await store.write(async (tx) => {
          await tx.receipts.insertPart(sentPartRow('p1'));
          await tx.receipts.insertPart(sentPartRow('p1', { messageId: 'msg_2' }));
          await tx.receipts.insertPart(sentPartRow('p1', { accountId: 'acc_2', messageId: 'msg_3' }));
        });
        expect((await store.read.receipts.partByProvider('acc_1', ['other', 'p1']))?.messageId).toBe('msg_1');
        expect((await store.read.receipts.partByProvider('acc_2', ['p1']))?.messageId).toBe('msg_3');
        expect(await store.read.receipts.partByProvider('acc_3', ['p1'])).toBeUndefined();
      });

      test('early receipts are taken once, by their own account, and swept when old', async () => {
        const early = (providerId: string, at: number, accountId = 'acc_1') => ({
          accountId,
          providerId,
          state: 'delivered' as const,
          failure: null,
          at,
        });
        await store.write(async (tx) => {
          await tx.receipts.insertEarly(early('p1', 10));
          await tx.receipts.insertEarly(early('p1', 11));
          await tx.receipts.insertEarly(early('p1', 12, 'acc_2'));
          await tx.receipts.insertEarly(early('old', 1));
        });
        const taken = await store.write((tx) => tx.receipts.takeEarly('acc_1', ['p1', 'p2']));
        expect(taken.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual([10, 11]);
        expect(await store.write((tx) => tx.receipts.takeEarly('acc_1', ['p1']))).toEqual([]);
        expect(await store.write((tx) => tx.receipts.takeEarly('acc_1', []))).toEqual([]);
        await store.write((tx) => tx.receipts.sweepEarly(5));
        expect(await store.write((tx) => tx.receipts.takeEarly('acc_1', ['old']))).toEqual([]);
        expect(await store.write((tx) => tx.receipts.takeEarly('acc_2', ['p1']))).toHaveLength(1);
      });

      test('the parts up to a watermark: one address, sent and not read, newest first', async () => {
        await store.write(async (tx) => {
          for (let i = 1; i <= 4; i++) {
            const address = i === 3 ? 'probe:other' : 'probe:1';
            await tx.messages.insert(messageRow(`msg_${i}`, { sequence: i, direction: 'outbound', createdAt: i * 10, address }));
            await tx.deliveries.insert(deliveryRow(`msg_${i}`, { sequence: i, state: 'sent' }));
            await tx.receipts.insertPart(sentPartRow(`p${i}`, { messageId: `msg_${i}`, state: i === 1 ? 'read' : 'delivered' }));
          }
        });
        const upTo = async (ms: number) => (await store.read.receipts.unreadParts('acc_1', 'probe:1', ms, 10)).map(({ providerId }) => providerId);
        expect(await upTo(40)).toEqual(['p4', 'p2']);
        expect(await upTo(39)).toEqual(['p2']);
        expect(await upTo(9)).toEqual([]);
      });

      test('a thread’s provider ids come oldest first, the latest ones if there are many', async () => {
        await store.write(async (tx) => {
          await tx.messages.insert(messageRow('msg_1', { sequence: 1, providerId: 'in-1' }));
          await tx.messages.insert(messageRow('msg_2', { sequence: 2, direction: 'outbound' }));
          await tx.receipts.insertPart(sentPartRow('out-2', { messageId: 'msg_2' }));
          await tx.messages.insert(messageRow('msg_3', { sequence: 3, providerId: 'in-3', accountId: 'acc_2' }));
          await tx.messages.insert(messageRow('msg_4', { sequence: 4, providerId: 'in-4' }));
        });
        const next = { conversationId: 'cnv_1', accountId: 'acc_1', address: 'probe:1', sequence: 5 };
        expect(await store.read.receipts.threadIds(next, 20)).toEqual(['in-1', 'out-2', 'in-4']);
        expect(await store.read.receipts.threadIds(next, 2)).toEqual(['out-2', 'in-4']);
      });
    });

    describe('events and outbox', () => {
      test('events have places in the order of their commits, and leave the outbox when settled', async () => {
        const seqs = await Promise.all(
          ['evt_1', 'evt_2', 'evt_3'].map((id) => store.write((tx) => tx.events.insert(eventRow(id)))),
        );
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
        const unsettled = async (after = 0) => (await store.read.events.unsettled(after, 1e9, 10)).map(({ event }) => event.id);
        expect(await unsettled()).toEqual(['evt_1', 'evt_2', 'evt_3']);
        expect(await unsettled(seqs[0])).toEqual(['evt_2', 'evt_3']);
        await store.write((tx) => tx.events.settle(seqs[0]!));
        expect(await unsettled()).toEqual(['evt_2', 'evt_3']);
        expect(await store.read.events.unsettledCount()).toEqual({ depth: 2, oldestAt: 1 });
        expect((await store.read.events.bySeq(seqs[0]!))?.id).toBe('evt_1');
      });

      test('the place of an event that was taken back is nobody’s, and order holds', async () => {
        const [first, failed, last] = await Promise.allSettled([
          store.write((tx) => tx.events.insert(eventRow('evt_1'))),
          store.write(async (tx) => {
            await tx.events.insert(eventRow('evt_2'));
            throw new Error('no');
          }),
          store.write((tx) => tx.events.insert(eventRow('evt_3'))),
        ]);
        expect([first.status, failed.status, last.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await store.read.events.unsettled(0, 1e9, 10)).map(({ event }) => event.id)).toEqual(['evt_1', 'evt_3']);
      });

      test('a lane is the conversation, or the event itself; its head is the oldest unsettled', async () => {
        const seqs = await store.write(async (tx) => [
          await tx.events.insert(eventRow('evt_1')),
          await tx.events.insert(eventRow('evt_2')),
          await tx.events.insert(eventRow('evt_3', { conversationId: null })),
        ]);
        expect(await store.read.events.laneHead('cnv_1')).toBe(seqs[0]);
        expect(await store.read.events.laneHead('evt_3')).toBe(seqs[2]);
        await store.write((tx) => tx.events.settle(seqs[0]!));
        expect(await store.read.events.laneHead('cnv_1')).toBe(seqs[1]);
        await store.write((tx) => tx.events.settle(seqs[1]!));
        expect(await store.read.events.laneHead('cnv_1')).toBeUndefined();
      });

      test('invariant 8: a merchant’s events are its own', async () => {
        await store.write(async (tx) => {
          await tx.events.insert(eventRow('evt_1'));
          await tx.events.insert(eventRow('evt_2', { merchantId: 'mer_2' }));
          await tx.events.insert(eventRow('evt_3'));
        });
        expect((await store.read.events.of('mer_1', 0, 10)).map(({ id }) => id)).toEqual(['evt_1', 'evt_3']);
        expect(await store.read.events.lastSeq('mer_3')).toBe(0);
      });
    });

    describe('webhook deliveries', () => {
      test('an endpoint has an event once', async () => {
        const seq = await store.write((tx) => tx.events.insert(eventRow('evt_1')));
        await store.write(async (tx) => {
          await tx.webhooks.insert(webhookRow(seq, { attempts: 1 }));
          await tx.webhooks.insert(webhookRow(seq, { attempts: 2 }));
          await tx.webhooks.insert(webhookRow(seq, { endpointId: 'whe_2' }));
        });
        expect(await store.read.webhooks.byEvent(seq)).toHaveLength(2);
        expect((await store.read.webhooks.one('whe_1', seq))?.attempts).toBe(1);
      });

      test('due are pending ones with a time that has come, soonest first, but for endpoints left out', async () => {
        await store.write(async (tx) => {
          await tx.webhooks.insert(webhookRow(1, { nextAttemptAt: 20 }));
          await tx.webhooks.insert(webhookRow(2));
          await tx.webhooks.insert(webhookRow(3, { nextAttemptAt: 10, lane: 'cnv_2' }));
          await tx.webhooks.insert(webhookRow(4, { nextAttemptAt: 5, state: 'dead', lane: 'cnv_3' }));
          await tx.webhooks.insert(webhookRow(5, { nextAttemptAt: 1, endpointId: 'whe_2' }));
        });
        const due = async (now: number, except: string[] = []) => (await store.read.webhooks.due(now, 10, except)).map(({ eventSeq }) => eventSeq);
        expect(await due(20)).toEqual([5, 3, 1]);
        expect(await due(19)).toEqual([5, 3]);
        expect(await due(20, ['whe_2'])).toEqual([3, 1]);
        expect((await store.read.webhooks.laneHead('whe_1', 'cnv_1'))?.eventSeq).toBe(1);
      });

      test('giving up and taking up again: everything since a time, only lane heads due', async () => {
        const seqs = await store.write(async (tx) => {
          const made: number[] = [];
          for (const [i, at] of [10, 20, 30, 40].entries()) made.push(await tx.events.insert(eventRow(`evt_${i}`, { at })));
          return made;
        });
        await store.write(async (tx) => {
          for (const [i, seq] of seqs.entries()) await tx.webhooks.insert(webhookRow(seq, { lane: i === 3 ? 'cnv_2' : 'cnv_1', nextAttemptAt: i === 0 ? 5 : null }));
        });
        expect(await store.write((tx) => tx.webhooks.setWaiting('whe_1', 'dead', 0, 100))).toBe(4);
        expect(await store.read.webhooks.waitingEndpoints()).toEqual([]);
        expect(await store.write((tx) => tx.webhooks.setWaiting('whe_1', 'pending', 20, 100))).toBe(3);
        expect((await store.read.webhooks.due(100, 10, [])).map(({ eventSeq }) => eventSeq)).toEqual([seqs[1], seqs[3]]);
        expect(await store.read.webhooks.waitingEndpoints()).toEqual([{ endpointId: 'whe_1', waiting: 3 }]);
      });
    });

    describe('idempotency', () => {
      const key = (change: object = {}) => ({
        merchantId: 'mer_1',
        route: 'POST /v1/messages',
        key: 'k',
        bodyHash: 'h',
        status: 202,
        response: '{}',
        createdAt: 10,
        ...change,
      });

      test('invariant 3: a key is stored once per merchant and route', async () => {
        await store.write((tx) => tx.idempotency.insert(key()));
        await expect(store.write((tx) => tx.idempotency.insert(key({ response: '{"other":1}' })))).rejects.toThrow();
        await store.write((tx) => tx.idempotency.insert(key({ merchantId: 'mer_2' })));
        expect(await store.read.idempotency.find('mer_1', 'POST /v1/messages', 'k')).toEqual(key());
        expect(await store.read.idempotency.find('mer_1', 'POST /v1/other', 'k')).toBeUndefined();
        expect(await store.read.idempotency.find('mer_3', 'POST /v1/messages', 'k')).toBeUndefined();
      });

      test('old keys are forgotten, younger ones not', async () => {
        await store.write(async (tx) => {
          await tx.idempotency.insert(key());
          await tx.idempotency.insert(key({ key: 'younger', createdAt: 20 }));
          await tx.idempotency.sweep(20);
        });
        expect(await store.read.idempotency.find('mer_1', 'POST /v1/messages', 'k')).toBeUndefined();
        expect(await store.read.idempotency.find('mer_1', 'POST /v1/messages', 'younger')).toBeDefined();
      });
    });

    test('a key of a merchant is revoked once, and only by its own merchant', async () => {
      const row = {
        id: 'key_1',
        merchantId: 'mer_1',
        hash: 'h',
        prefix: 'live_',
        mode: 'live' as const,
        name: 'k',
        createdAt: 1,
        expiresAt: null,
        revokedAt: null,
      };
      await store.write((tx) => tx.merchants.insertKey(row));
      expect(await store.write((tx) => tx.merchants.revokeKey('mer_2', 'key_1', 5))).toBe(false);
      expect(await store.write((tx) => tx.merchants.revokeKey('mer_1', 'key_1', 5))).toBe(true);
      expect(await store.write((tx) => tx.merchants.revokeKey('mer_1', 'key_1', 6))).toBe(false);
      expect((await store.read.merchants.keyByHash('h'))?.revokedAt).toBe(5);
    });
  });
}
