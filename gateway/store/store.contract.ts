import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliveryRow, eventRow, messageRow } from '../../test/gateway/rows.ts';
import { accountsContract } from './accounts.contract.ts';
import { deliveriesContract } from './deliveries.contract.ts';
import { eventsContract } from './events.contract.ts';
import { messagesContract } from './messages.contract.ts';
import { remoteContract } from './remote.contract.ts';
import { retentionContract } from './retention.contract.ts';
import { routingContract } from './routing.contract.ts';
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
        await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            store.write((tx) => tx.merchants.insert(merchant(`mer_${i}`))),
          ),
        );
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
          await tx.messages.insert(
            messageRow('msg_1', { providerId: 'p1', extras: { metadata: { order: '7' } } }),
          );
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
        expect((await store.read.events.unsettled(0, 1e9, 10)).map(({ event }) => event.id)).toEqual([
          'evt_1',
        ]);
      });

      test('closing finishes what waits', async () => {
        const writes = Array.from({ length: 20 }, (_, i) =>
          store.write((tx) => tx.merchants.insert(merchant(`mer_${i}`))),
        );
        await store.close();
        await Promise.all(writes);
        store = await driver.reopen();
        expect(await store.read.merchants.list('', 100)).toHaveLength(20);
      });
    });

    accountsContract(() => store);
    messagesContract(() => store);
    deliveriesContract(() => store);
    remoteContract(() => store);
    eventsContract(() => store);
    retentionContract(() => store);
    routingContract(() => store);

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
