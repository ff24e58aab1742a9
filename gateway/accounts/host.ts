import type { Account, Context, Host, ThreadEntry } from '../../connectors/contract/index.ts';
import { foldNone, optionPayload, optionsOf } from '../../protocol/questions.ts';
import type { Accept } from '../ingest/accept.ts';
import { withLinks } from '../messages/view.ts';
import type { ViewOptions } from '../messages/view.ts';
import type { Store } from '../store/port.ts';
import type { AccountRegistry } from './registry.ts';

export interface HostOptions {
  registry: AccountRegistry;
  store: Store;
  accept: Accept;
  view: ViewOptions;
  context: Context;
}

const maxThread = 500;

/** What one connector sees of the gateway: its own accounts and nothing else. */
export function createHost(
  connector: string,
  settings: unknown,
  options: HostOptions,
): Host<unknown, unknown, unknown> {
  const { registry, store, accept, view, context } = options;
  const own = (account: Account) => {
    const live = registry.get(account.id);
    if (!live || live.row.connector !== connector)
      throw new Error(`account ${account.id} is none of connector ${connector}`);
    return live;
  };
  return {
    ...context,
    settings,
    accounts: () => registry.ofConnector(connector).map((live) => live.account),
    account: (id) => {
      const live = registry.get(id);
      return live?.row.connector === connector ? live.account : undefined;
    },
    accept: async (account, items) => accept(own(account), items),
    thread: async (account, address, after, limit) => {
      const { row } = own(account);
      const known = await store.read.directory.address(row.merchantId, address);
      const conversation = known && (await store.read.conversations.ofPair(row.merchantId, known.consumerId));
      if (!conversation) return [];
      const messages = await store.read.messages.thread(
        conversation.id,
        row.id,
        address,
        after,
        Math.min(limit, maxThread),
      );
      const deliveries = new Map(
        (await store.read.deliveries.byMessages(messages.map(({ id }) => id))).map((delivery) => [
          delivery.messageId,
          delivery,
        ]),
      );
      return messages.map((message): ThreadEntry => {
        const state = deliveries.get(message.id)?.state;
        return {
          messageId: message.id,
          sequence: message.sequence,
          direction: message.direction,
          content: withLinks(foldNone(message.content), view),
          ...(message.direction === 'outbound'
            ? {
                payloads: optionsOf(message.content).map((_, i) => optionPayload(message.id, i)),
                ...(state ? { state } : {}),
              }
            : message.providerId
              ? { providerId: message.providerId }
              : {}),
          ...(message.extras?.answer ? { answer: message.extras.answer } : {}),
          atMs: message.createdAt,
        };
      });
    },
  };
}
