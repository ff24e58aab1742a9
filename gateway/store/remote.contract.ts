import { describe, expect, test } from 'vitest';
import { deliveryRow } from '../../test/gateway/rows.ts';
import type { Store } from './port.ts';

/** The part of the contract about connectors in other processes. */
export function remoteContract(store: () => Store): void {
  describe('connectors in other processes', () => {
    test('the last manifest of each is kept', async () => {
      const row = (name: string, title: string) => ({ name, manifest: { title }, updatedAt: 1 });
      await store().write(async (tx) => {
        await tx.remote.put(row('pigeon', 'one'));
        await tx.remote.put(row('heron', 'one'));
        await tx.remote.put(row('pigeon', 'two'));
      });
      expect(await store().read.remote.all()).toEqual([row('heron', 'one'), row('pigeon', 'two')]);
    });

    test('what waits on an account is hastened, and nothing that is new, under way, done or another’s', async () => {
      const later = { nextAttemptAt: 1000, attempts: 1 };
      await store().write(async (tx) => {
        await tx.deliveries.insert(deliveryRow('msg_1', later));
        await tx.deliveries.insert(deliveryRow('msg_2', { ...later, sequence: 2, inFlight: true }));
        await tx.deliveries.insert(deliveryRow('msg_3', { ...later, sequence: 3, state: 'uncertain' }));
        await tx.deliveries.insert(deliveryRow('msg_4', { ...later, sequence: 4, accountId: 'acc_other' }));
        await tx.deliveries.insert(deliveryRow('msg_5', { sequence: 5, nextAttemptAt: 5, attempts: 1 }));
        await tx.deliveries.insert(deliveryRow('msg_6', { sequence: 6, nextAttemptAt: 1000 }));
        await tx.remote.hasten(deliveryRow('msg_1').accountId, 50);
      });
      const rows = await store().read.deliveries.byMessages([
        'msg_1',
        'msg_2',
        'msg_3',
        'msg_4',
        'msg_5',
        'msg_6',
      ]);
      expect(Object.fromEntries(rows.map((row) => [row.messageId, row.nextAttemptAt]))).toEqual({
        msg_1: 50,
        msg_2: 1000,
        msg_3: 1000,
        msg_4: 1000,
        msg_5: 5,
        msg_6: 1000,
      });
    });
  });
}
