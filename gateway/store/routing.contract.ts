import { describe, expect, test } from 'vitest';
import type { FallbackChainRow, Store } from './port.ts';

const chainRow = (messageId: string, change: Partial<FallbackChainRow> = {}): FallbackChainRow => ({
  messageId,
  merchantId: 'mer_1',
  plan: { steps: [{ channel: 'sms', afterMs: 60_000, until: 'delivered' }] },
  ways: [messageId],
  step: 0,
  state: 'watching',
  reason: null,
  since: 1,
  dueAt: 10,
  expiresAt: 100,
  ...change,
});

/** The part of the contract about routing and fallback chains. */
export function routingContract(store: () => Store): void {
  describe('routing', () => {
    test('invariant 8: what a merchant wants is its own, and is replaced as a whole', async () => {
      await store().write(async (tx) => {
        await tx.routing.putDefaults('mer_1', { prefer: ['sms'], costs: { sms: 1 } });
        await tx.routing.putDefaults('mer_1', { policy: ['cost'] });
      });
      expect(await store().read.routing.defaults('mer_1')).toEqual({ policy: ['cost'] });
      expect(await store().read.routing.defaults('mer_2')).toBeUndefined();
    });

    test('chains that are due come in their order; those without a time don’t', async () => {
      await store().write(async (tx) => {
        await tx.fallbacks.insert(chainRow('msg_1', { dueAt: 20 }));
        await tx.fallbacks.insert(chainRow('msg_2', { dueAt: 10 }));
        await tx.fallbacks.insert(chainRow('msg_3', { dueAt: null, state: 'ended' }));
      });
      const due = async (now: number, limit = 9) =>
        (await store().read.fallbacks.due(now, limit)).map(({ messageId }) => messageId);
      expect([await due(9), await due(10), await due(20), await due(20, 1)]).toEqual([
        [],
        ['msg_2'],
        ['msg_2', 'msg_1'],
        ['msg_2'],
      ]);
      await store().write((tx) => tx.fallbacks.update('msg_2', { dueAt: null, ways: ['msg_2', 'msg_9'] }));
      expect(await due(99)).toEqual(['msg_1']);
      expect(await store().read.fallbacks.byMessage('msg_2')).toEqual(
        chainRow('msg_2', { dueAt: null, ways: ['msg_2', 'msg_9'] }),
      );
    });

    test('a delivery that moves makes its chain due, unless it has ended or is being taken', async () => {
      await store().write(async (tx) => {
        await tx.fallbacks.insert(chainRow('msg_1', { dueAt: 50 }));
        await tx.fallbacks.insert(chainRow('msg_2', { dueAt: 50, state: 'taking' }));
        await tx.fallbacks.insert(chainRow('msg_3', { dueAt: null, state: 'ended' }));
        for (const id of ['msg_1', 'msg_2', 'msg_3', 'msg_4']) await tx.fallbacks.hasten(id, 5);
      });
      const times = async () =>
        (await store().read.fallbacks.byMessages(['msg_1', 'msg_2', 'msg_3'])).map(({ dueAt }) => dueAt);
      expect(await times()).toEqual([5, 50, null]);
      await store().write((tx) => tx.fallbacks.resume(7));
      expect(await times()).toEqual([5, 7, null]);
    });
  });
}
