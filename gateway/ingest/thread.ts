import type { InboundSender } from '../../connectors/contract/index.ts';
import { linkConsumers } from '../directory/link.ts';
import { openThread } from '../directory/resolve.ts';
import type { Thread } from '../directory/resolve.ts';
import type { AccountRow, Tx } from '../store/port.ts';
import type { AcceptOptions } from './accept-options.ts';

/** The sender's one thread: where the platform shows that two who were known apart are one person, their threads become one. */
export async function threadOf(
  tx: Tx,
  options: AcceptOptions,
  account: AccountRow,
  sender: InboundSender,
): Promise<Thread> {
  const of = {
    merchantId: account.merchantId,
    address: sender.address,
    aliases: sender.aliases ?? [],
    channel: account.channel,
    accountId: account.id,
    name: sender.name,
    language: sender.language,
  };
  const thread = await openThread(tx, options.clock, of);
  await recall(tx, options, thread, [sender.address, ...(sender.aliases ?? [])]);
  if (thread.twins.length === 0) return thread;
  const { merchantId } = of;
  const { consumerId } = thread.conversation;
  for (const otherId of thread.twins) await linkConsumers(tx, options, { merchantId, consumerId, otherId });
  return openThread(tx, options.clock, of);
}

/** Somebody who was erased wrote in again: an opt-out of before stands. */
async function recall(
  tx: Tx,
  { clock, suppression }: AcceptOptions,
  { address: row }: Thread,
  addresses: string[],
): Promise<void> {
  if (!suppression || row.lastInboundAt !== null) return;
  for (const address of addresses)
    if (await suppression.wroteIn(tx, row.merchantId, address)) {
      row.optedOutAt = clock.now();
      await tx.directory.updateAddress(row.merchantId, address, { optedOutAt: row.optedOutAt });
    }
}

/** Our id of a platform's message, whichever side it came from. */
export async function findMessage(
  tx: Tx,
  accountId: string,
  providerId: string,
): Promise<string | undefined> {
  const part = await tx.receipts.partByProvider(accountId, [providerId]);
  return part?.messageId ?? (await tx.messages.byProvider(accountId, providerId))?.id;
}
