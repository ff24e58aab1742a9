import type { Emit } from '../events/emit.ts';
import type { Clock } from '../clock.ts';
import type { Tx } from '../store/port.ts';
import { openThread } from './resolve.ts';

/**
 * Makes one consumer out of two, and one conversation: the merged consumer's messages follow the others in their order.
 * Gives the consumer's id that remains, or undefined if one of the two isn't this merchant's.
 */
export async function linkConsumers(
  tx: Tx,
  { clock, emit }: { clock: Clock; emit: Emit },
  of: { merchantId: string; consumerId: string; otherId: string },
): Promise<string | undefined> {
  const [into, from] = await Promise.all([
    tx.directory.consumer(of.consumerId),
    tx.directory.consumer(of.otherId),
  ]);
  if (!into || !from || into.merchantId !== of.merchantId || from.merchantId !== of.merchantId)
    return undefined;
  if (into.mergedInto !== null || from.mergedInto !== null) return undefined;
  if (into.id === from.id) return into.id;
  const [first, second] = await Promise.all([
    tx.conversations.ofPair(of.merchantId, into.id),
    tx.conversations.ofPair(of.merchantId, from.id),
  ]);
  await tx.directory.moveAddresses(from.id, into.id);
  await tx.directory.mergeConsumer(from.id, into.id);
  const conversationId = await mergeThreads(tx, first, second, into.id);
  const addresses = await tx.directory.addressesOf(into.id);
  const one = addresses[0];
  const remaining =
    conversationId ??
    (one &&
      (
        await openThread(tx, clock, {
          merchantId: of.merchantId,
          address: one.address,
          channel: one.channel,
          accountId: one.accountId,
        })
      ).conversation.id);
  if (remaining) {
    await emit(tx, {
      type: 'consumer.linked',
      merchantId: of.merchantId,
      conversationId: remaining,
      data: {
        consumer_id: into.id,
        merged_consumer_id: from.id,
        conversation_id: remaining,
        addresses: addresses.map(({ address }) => address),
      },
    });
  }
  return into.id;
}

type Conversation = Awaited<ReturnType<Tx['conversations']['ofPair']>>;

async function mergeThreads(
  tx: Tx,
  first: Conversation,
  second: Conversation,
  consumerId: string,
): Promise<string | undefined> {
  if (!second) return first?.id;
  if (!first) {
    await tx.conversations.reassign(second.id, consumerId);
    return second.id;
  }
  await tx.conversations.merge(second, first);
  // its id stays known and leads to the other by its consumer: merchants hold it in events of before
  await tx.conversations.insert({ ...second, lastSequence: 0 });
  const latest = second.updatedAt > first.updatedAt ? second : first;
  await tx.conversations.update(first.id, {
    lastSequence: first.lastSequence + second.lastSequence,
    lastAddress: latest.lastAddress,
    lastAccountId: latest.lastAccountId,
    updatedAt: latest.updatedAt,
  });
  return first.id;
}
