import type { Clock } from '../clock.ts';
import type { AddressRow, ConversationRow, Tx } from '../store/port.ts';

/** A consumer's address and the one conversation with them. `opened`: this call made the conversation. */
export interface Thread {
  address: AddressRow;
  conversation: ConversationRow;
  opened: boolean;
  /** Other consumers who on this channel are known by nothing but addresses of this person. */
  twins: string[];
}

export interface AddressOf {
  merchantId: string;
  address: string;
  /** Further addresses of the same person that the platform vouches for. */
  aliases?: string[];
  channel: string;
  accountId: string;
  name?: string | undefined;
  language?: string | undefined;
}

/**
 * Finds or makes consumer, address and conversation. Runs inside a write unit, and units run one after the other: first
 * messages that come at the same time find each other's conversation.
 */
export async function openThread(tx: Tx, clock: Clock, of: AddressOf): Promise<Thread> {
  const now = clock.now();
  const known = [of.address, ...(of.aliases ?? [])];
  const rows = await Promise.all(known.map((address) => tx.directory.address(of.merchantId, address)));
  let consumerId = rows.find((row) => row !== undefined)?.consumerId;
  if (consumerId === undefined) {
    consumerId = clock.id('consumer');
    await tx.directory.insertConsumer({
      id: consumerId,
      merchantId: of.merchantId,
      name: of.name ?? null,
      language: of.language ?? null,
      createdAt: now,
      mergedInto: null,
    });
  } else if (of.name) {
    const consumer = await tx.directory.consumer(consumerId);
    if (consumer && consumer.name === null) await tx.directory.updateConsumer(consumerId, { name: of.name });
  }
  const twins: string[] = [];
  for (const otherId of new Set(
    rows.flatMap((row) => (row && row.consumerId !== consumerId ? [row.consumerId] : [])),
  )) {
    // a number may have changed hands: whoever has another address on this channel remains somebody else
    const others = await tx.directory.addressesOf(otherId);
    if (others.every(({ address, channel }) => channel !== of.channel || known.includes(address)))
      twins.push(otherId);
  }
  for (const [i, address] of known.entries()) {
    if (rows[i]) continue;
    const row: AddressRow = {
      merchantId: of.merchantId,
      address,
      consumerId,
      channel: of.channel,
      accountId: of.accountId,
      optedOutAt: null,
      optedOutBy: null,
      promotionsRefused: null,
      lastInboundAt: null,
      createdAt: now,
    };
    await tx.directory.insertAddress(row);
    rows[i] = row;
  }
  const existing = await tx.conversations.ofPair(of.merchantId, consumerId);
  if (existing) return { address: rows[0]!, conversation: existing, opened: false, twins };
  const conversation: ConversationRow = {
    id: clock.id('conversation'),
    merchantId: of.merchantId,
    consumerId,
    lastSequence: 0,
    lastAddress: null,
    lastAccountId: null,
    subject: null,
    createdAt: now,
    updatedAt: now,
  };
  await tx.conversations.insert(conversation);
  return { address: rows[0]!, conversation, opened: true, twins };
}
