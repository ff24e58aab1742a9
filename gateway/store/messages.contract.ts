import { describe, expect, test } from 'vitest';
import { addressRow, conversationRow, deliveryRow, messageRow } from '../../test/gateway/rows.ts';
import type { Store } from './port.ts';

/** The part of the contract about messages, conversations, addresses and keys of idempotency. */
export function messagesContract(store: () => Store): void {
  describe('messages and conversations', () => {
    test('invariant 2: a platform’s id is one message per account, and none of another’s', async () => {
      await store().write((tx) => tx.messages.insert(messageRow('msg_1', { providerId: 'p1' })));
      await expect(
        store().write((tx) => tx.messages.insert(messageRow('msg_2', { providerId: 'p1', sequence: 2 }))),
      ).rejects.toThrow();
      await store().write((tx) =>
        tx.messages.insert(messageRow('msg_3', { providerId: 'p1', sequence: 3, accountId: 'acc_2' })),
      );
      await store().write((tx) => tx.messages.insert(messageRow('msg_4', { sequence: 4 })));
      await store().write((tx) => tx.messages.insert(messageRow('msg_5', { sequence: 5 })));
      expect((await store().read.messages.byProvider('acc_1', 'p1'))?.id).toBe('msg_1');
      expect((await store().read.messages.byProvider('acc_2', 'p1'))?.id).toBe('msg_3');
    });

    test('invariant 4: a place in a conversation is taken once', async () => {
      await store().write((tx) => tx.messages.insert(messageRow('msg_1')));
      await expect(store().write((tx) => tx.messages.insert(messageRow('msg_2')))).rejects.toThrow();
    });

    test('there is one conversation for a merchant and a consumer', async () => {
      await store().write((tx) => tx.conversations.insert(conversationRow('cnv_1', { consumerId: 'csm_1' })));
      await expect(
        store().write((tx) => tx.conversations.insert(conversationRow('cnv_2', { consumerId: 'csm_1' }))),
      ).rejects.toThrow();
      await store().write((tx) =>
        tx.conversations.insert(conversationRow('cnv_3', { consumerId: 'csm_1', merchantId: 'mer_2' })),
      );
      expect((await store().read.conversations.ofPair('mer_1', 'csm_1'))?.id).toBe('cnv_1');
      expect((await store().read.conversations.ofPair('mer_2', 'csm_1'))?.id).toBe('cnv_3');
    });

    test('conversations of a merchant come newest first, page by page, also at equal times', async () => {
      await store().write(async (tx) => {
        for (let i = 1; i <= 5; i++)
          await tx.conversations.insert(conversationRow(`cnv_${i}`, { updatedAt: i < 4 ? 10 : 20 }));
        await tx.conversations.insert(conversationRow('cnv_x', { merchantId: 'mer_2', updatedAt: 30 }));
      });
      const first = await store().read.conversations.of('mer_1', undefined, 3);
      const rest = await store().read.conversations.of('mer_1', first.at(-1), 3);
      expect([...first, ...rest].map(({ id }) => id)).toEqual(['cnv_5', 'cnv_4', 'cnv_3', 'cnv_2', 'cnv_1']);
    });

    test('merging puts one thread behind the other, with deliveries and questions', async () => {
      const into = conversationRow('cnv_1', { consumerId: 'csm_1', lastSequence: 2 });
      const from = conversationRow('cnv_2', { consumerId: 'csm_2', lastSequence: 3 });
      await store().write(async (tx) => {
        await tx.conversations.insert(into);
        await tx.conversations.insert(from);
        for (const [id, sequence] of [
          ['msg_a', 1],
          ['msg_b', 2],
        ] as const)
          await tx.messages.insert(messageRow(id, { sequence }));
        for (const [id, sequence] of [
          ['msg_c', 1],
          ['msg_d', 2],
          ['msg_e', 3],
        ] as const)
          await tx.messages.insert(
            messageRow(id, { sequence, conversationId: 'cnv_2', consumerId: 'csm_2' }),
          );
        await tx.deliveries.insert(deliveryRow('msg_d', { conversationId: 'cnv_2', sequence: 2 }));
        await tx.conversations.insertQuestion({
          messageId: 'msg_d',
          conversationId: 'cnv_2',
          question: { type: 'choice', messageId: 'msg_d', options: [], min: 1, max: 1, expiresInSeconds: 60 },
          expiresAt: 100,
          answeredAt: null,
        });
      });
      await store().write((tx) => tx.conversations.merge(from, into));
      const merged = await store().read.messages.ofConversation('cnv_1', 1e9, 10);
      expect(merged.map(({ id, sequence, consumerId }) => [id, sequence, consumerId])).toEqual([
        ['msg_e', 5, 'csm_1'],
        ['msg_d', 4, 'csm_1'],
        ['msg_c', 3, 'csm_1'],
        ['msg_b', 2, 'csm_1'],
        ['msg_a', 1, 'csm_1'],
      ]);
      expect(await store().read.conversations.byId('cnv_2')).toBeUndefined();
      expect(await store().read.deliveries.head('cnv_1')).toMatchObject({ messageId: 'msg_d', sequence: 4 });
      expect(await store().read.conversations.openQuestions('cnv_1', 1)).toHaveLength(1);
    });

    test('open questions: the newest first, without the answered and the expired', async () => {
      const question = (messageId: string, expiresAt: number) => ({
        messageId,
        conversationId: 'cnv_1',
        question: { type: 'choice' as const, messageId, options: [], min: 1, max: 1, expiresInSeconds: 60 },
        expiresAt,
        answeredAt: null,
      });
      await store().write(async (tx) => {
        await tx.conversations.insertQuestion(question('msg_1', 100));
        await tx.conversations.insertQuestion(question('msg_2', 50));
        await tx.conversations.insertQuestion(question('msg_3', 100));
        await tx.conversations.insertQuestion(question('msg_4', 100));
        await tx.conversations.answerQuestion('msg_3', 10);
      });
      expect(
        (await store().read.conversations.openQuestions('cnv_1', 50)).map(({ messageId }) => messageId),
      ).toEqual(['msg_4', 'msg_1']);
    });

    test('an address is one consumer’s per merchant', async () => {
      await store().write((tx) => tx.directory.insertAddress(addressRow('probe:1')));
      await expect(
        store().write((tx) => tx.directory.insertAddress(addressRow('probe:1', { consumerId: 'csm_2' }))),
      ).rejects.toThrow();
      await store().write((tx) =>
        tx.directory.insertAddress(addressRow('probe:1', { merchantId: 'mer_2', consumerId: 'csm_9' })),
      );
      expect((await store().read.directory.address('mer_1', 'probe:1'))?.consumerId).toBe('csm_1');
      expect((await store().read.directory.address('mer_2', 'probe:1'))?.consumerId).toBe('csm_9');
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
      await store().write((tx) => tx.idempotency.insert(key()));
      await expect(
        store().write((tx) => tx.idempotency.insert(key({ response: '{"other":1}' }))),
      ).rejects.toThrow();
      await store().write((tx) => tx.idempotency.insert(key({ merchantId: 'mer_2' })));
      expect(await store().read.idempotency.find('mer_1', 'POST /v1/messages', 'k')).toEqual(key());
      expect(await store().read.idempotency.find('mer_1', 'POST /v1/other', 'k')).toBeUndefined();
      expect(await store().read.idempotency.find('mer_3', 'POST /v1/messages', 'k')).toBeUndefined();
    });

    test('old keys are forgotten, younger ones not', async () => {
      await store().write(async (tx) => {
        await tx.idempotency.insert(key());
        await tx.idempotency.insert(key({ key: 'younger', createdAt: 20 }));
        await tx.idempotency.sweep(20, 100);
      });
      expect(await store().read.idempotency.find('mer_1', 'POST /v1/messages', 'k')).toBeUndefined();
      expect(await store().read.idempotency.find('mer_1', 'POST /v1/messages', 'younger')).toBeDefined();
    });
  });
}
