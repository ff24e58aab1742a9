import { describe, expect, test } from 'vitest';
import type { ExchangeRow, Store } from './port.ts';

const exchange = (accountId: string, change: Partial<ExchangeRow> = {}): Omit<ExchangeRow, 'id'> => ({
  accountId,
  direction: 'outbound',
  purpose: 'send',
  messageId: null,
  at: 1,
  durationMs: 2,
  method: 'POST',
  url: 'https://platform.test/send',
  status: 200,
  ended: null,
  verdict: null,
  reason: null,
  code: null,
  sentBytes: 3,
  receivedBytes: 4,
  failed: false,
  detail: { sent: { headers: {}, body: '' } },
  ...change,
});

/** The part of the contract about what accounts say to their platforms and how they stand. */
export function accountsContract(store: () => Store): void {
  const all = (accountId: string, more: object = {}) =>
    store().read.exchanges.of({ accountId, beforeId: 1e9, limit: 100, ...more });

  describe('exchanges with platforms', () => {
    test('are of their account, newest first, by pages, by outcome and direction', async () => {
      await store().write(async (tx) => {
        for (let at = 1; at <= 5; at++)
          await tx.exchanges.insert(exchange('acc_1', { at, failed: at % 2 === 0 }));
        await tx.exchanges.insert(exchange('acc_1', { at: 6, direction: 'inbound', purpose: 'hook' }));
        await tx.exchanges.insert(exchange('acc_2', { at: 7 }));
      });
      expect((await all('acc_1')).map(({ at }) => at)).toEqual([6, 5, 4, 3, 2, 1]);
      const [, , third] = await all('acc_1');
      expect((await all('acc_1', { beforeId: third!.id, limit: 2 })).map(({ at }) => at)).toEqual([3, 2]);
      expect((await all('acc_1', { failed: true })).map(({ at }) => at)).toEqual([4, 2]);
      expect((await all('acc_1', { direction: 'inbound' })).map(({ at }) => at)).toEqual([6]);
      expect(third).toEqual({ id: third!.id, ...exchange('acc_1', { at: 4, failed: true }) });
    });

    test('are found by their message', async () => {
      await store().write(async (tx) => {
        await tx.exchanges.insert(exchange('acc_1', { messageId: 'msg_1', at: 1 }));
        await tx.exchanges.insert(exchange('acc_1', { messageId: 'msg_2', at: 2 }));
        await tx.exchanges.insert(exchange('acc_1', { messageId: 'msg_1', at: 3 }));
      });
      expect((await store().read.exchanges.ofMessage('msg_1')).map(({ at }) => at)).toEqual([1, 3]);
    });

    test('are trimmed to the latest of an account and direction, swept by age, and go with their account', async () => {
      await store().write(async (tx) => {
        for (let at = 1; at <= 4; at++) {
          await tx.exchanges.insert(exchange('acc_1', { at }));
          await tx.exchanges.insert(exchange('acc_1', { at, direction: 'inbound' }));
          await tx.exchanges.insert(exchange('acc_2', { at }));
        }
        await tx.exchanges.trim('acc_1', 'outbound', 2);
        await tx.exchanges.trim('acc_2', 'outbound', 10);
      });
      expect((await all('acc_1', { direction: 'outbound' })).map(({ at }) => at)).toEqual([4, 3]);
      expect((await all('acc_1', { direction: 'inbound' })).map(({ at }) => at)).toEqual([4, 3, 2, 1]);
      expect(await store().write((tx) => tx.exchanges.sweep(3, 3))).toBe(3);
      expect(await store().write((tx) => tx.exchanges.sweep(3, 3))).toBe(1);
      expect((await all('acc_2')).map(({ at }) => at)).toEqual([4, 3]);
      await store().write((tx) => tx.exchanges.removeOf('acc_1'));
      expect(await all('acc_1')).toEqual([]);
      expect(await all('acc_2')).toHaveLength(2);
    });
  });

  test('how an account stands is changed field by field, and goes with it', async () => {
    const row = {
      accountId: 'acc_1',
      setup: { state: 'failed' as const, detail: 'no', atMs: 1, hookUrl: 'http://gateway.test/h' },
      probe: null,
      health: { state: 'failing' as const, sinceMs: 2, code: 'account_unauthorized' },
      previous: Buffer.from('sealed'),
    };
    await store().write(async (tx) => {
      const { accountId, setup, probe, health, previous } = row;
      await tx.conditions.put(accountId, { setup, probe });
      await tx.conditions.put(accountId, { health });
      await tx.conditions.put(accountId, { previous });
      await tx.conditions.put('acc_2', { setup });
    });
    expect((await store().read.conditions.all()).find(({ accountId }) => accountId === 'acc_1')).toEqual(row);
    await store().write((tx) => tx.conditions.remove('acc_1'));
    expect((await store().read.conditions.all()).map(({ accountId }) => accountId)).toEqual(['acc_2']);
  });
}
