import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { Purpose } from '../../protocol/quiet-hours.ts';
import type { AddressRow, OptedOutBy, Tx } from '../store/port.ts';

/** Why nothing of this purpose goes to an address, since when; undefined where it may. */
export function optOutOf(
  { optedOutAt, optedOutBy, promotionsRefused }: AddressRow,
  purpose: Purpose | undefined,
): (Partial<OptedOutBy> & { at: number; scope?: 'promotional' }) | undefined {
  if (optedOutAt !== null) return { ...optedOutBy, at: optedOutAt };
  return purpose === 'promotional' && promotionsRefused
    ? { ...promotionsRefused, scope: 'promotional' }
    : undefined;
}

/**
 * A consumer opted out by a promotional message's link: for every address that they have on its channel, as an opt-out word would.
 * Repeats change nothing and tell nothing. False where the merchant knows no such address (any more).
 */
export async function optOut(
  tx: Tx,
  { clock, emit }: { clock: Clock; emit: Emit },
  { merchantId, address }: { merchantId: string; address: string },
): Promise<boolean> {
  const known = await tx.directory.address(merchantId, address);
  if (!known) return false;
  if (known.optedOutAt !== null) return true;
  const { consumerId, channel, accountId } = known;
  for (const row of await tx.directory.addressesOf(consumerId))
    if (row.channel === channel && row.optedOutAt === null)
      await tx.directory.updateAddress(merchantId, row.address, {
        optedOutAt: clock.now(),
        optedOutBy: { via: 'link' },
      });
  const conversation = await tx.conversations.ofPair(merchantId, consumerId);
  await emit(tx, {
    type: 'consumer.opted_out',
    merchantId,
    ...(conversation ? { conversationId: conversation.id } : {}),
    channel,
    accountId,
    direction: 'inbound',
    data: { consumer_id: consumerId, address, via: 'link' },
  });
  return true;
}
