import type { Accepted, InboundItem, InboundSignal } from '../../connectors/contract/index.ts';
import { addressScheme } from '../../protocol/address.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import type { Tx } from '../store/port.ts';
import type { AcceptOptions, From } from './accept-options.ts';
import { takeMedia } from './media.ts';
import type { TakenMedia } from './media.ts';
import { takeMessage } from './message.ts';
import { takePayment } from './payments.ts';
import { takeReceipt } from './receipts.ts';

/** Beyond this nothing more is taken in: the platform repeats, and memory stays bounded. */
const maxWaitingUnits = 4000;

export type Accept = (live: LiveAccount, items: InboundItem[], traceparent?: string) => Promise<Accepted[]>;

/** Takes in what a platform said: one durable commit for all of it, before the platform is answered. */
export function createAccept(options: AcceptOptions): Accept {
  return async (live, items, traceparent) => {
    for (const item of items) checkScheme(live, item);
    const media = await Promise.all(
      items.map((item) =>
        item.type === 'message'
          ? takeMedia(item, { ...options, merchantId: live.row.merchantId, accountId: live.row.id })
          : undefined,
      ),
    );
    if (options.store.waiting() > maxWaitingUnits)
      throw new Refusal('overloaded', 'More waits than can be written down in time.', {
        retryAfterSeconds: 1,
      });
    if (items.every((item) => item.type === 'ignored')) return items.map(() => ({ duplicate: false }));
    return options.store.write(async (tx) => {
      const accepted: Accepted[] = [];
      for (const [i, item] of items.entries())
        accepted.push(await takeItem(tx, options, { live, traceparent }, item, media[i]));
      return accepted;
    });
  };
}

/** A connector that makes addresses of a foreign scheme is broken: an exception, not an outcome. */
function checkScheme(live: LiveAccount, item: InboundItem): void {
  if (item.type === 'receipt' || item.type === 'ignored') return;
  for (const address of [item.sender.address, ...(item.sender.aliases ?? [])]) {
    if (!live.connector.manifest.schemes.includes(addressScheme(address)))
      throw new Error(`connector ${live.row.connector} made an address of a scheme it doesn't declare`);
  }
}

async function takeItem(
  tx: Tx,
  options: AcceptOptions,
  from: From,
  item: InboundItem,
  media: TakenMedia | undefined,
): Promise<Accepted> {
  switch (item.type) {
    case 'message':
      return takeMessage(tx, options, from, item, media ?? { content: item.content, rows: [] });
    case 'receipt':
      await takeReceipt(tx, options, from.live.row.id, item);
      return { duplicate: false };
    case 'signal':
      await takeSignal(tx, options, from, item);
      return { duplicate: false };
    case 'payment':
      return takePayment(tx, options, from, item);
    case 'ignored':
      return { duplicate: false };
  }
}

async function takeSignal(tx: Tx, { emit }: AcceptOptions, from: From, item: InboundSignal): Promise<void> {
  const { row: account } = from.live;
  const address = await tx.directory.address(account.merchantId, item.sender.address);
  const conversation = address && (await tx.conversations.ofPair(account.merchantId, address.consumerId));
  if (!conversation) return;
  await emit(tx, {
    type: 'consumer.typing',
    merchantId: account.merchantId,
    conversationId: conversation.id,
    channel: account.channel,
    accountId: account.id,
    direction: 'inbound',
    data: {
      conversation_id: conversation.id,
      consumer_id: conversation.consumerId,
      on: item.signal === 'typing',
    },
  });
}
