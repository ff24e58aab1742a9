import type { Message } from '../../protocol/messages.ts';
import type { MessageRow, Repositories } from '../store/port.ts';
import { outcomeOf } from './decide.ts';

export type ChainView = Pick<Message, 'fallbacks' | 'outcome'>;

/** Of those of some messages that may fall back: the ways that were taken, and how far the message got. */
export async function chainViews(
  read: Repositories,
  rows: readonly MessageRow[],
): Promise<Map<string, ChainView>> {
  const firsts = rows.filter(({ id, extras }) => extras?.chain === id).map(({ id }) => id);
  const views = new Map<string, ChainView>();
  if (firsts.length === 0) return views;
  const chains = await read.fallbacks.byMessages(firsts);
  const ids = chains.flatMap(({ ways }) => ways);
  const states = new Map(
    (await read.deliveries.byMessages(ids)).map(({ messageId, state }) => [messageId, state]),
  );
  for (const chain of chains) {
    const fallbacks: NonNullable<ChainView['fallbacks']> = [];
    for (const id of chain.ways.slice(1)) {
      const way = await read.messages.byId(id);
      const state = states.get(id);
      if (way && state)
        fallbacks.push({ message_id: id, account_id: way.accountId, channel: way.channel, state });
    }
    const all = chain.ways.flatMap((id) => states.get(id) ?? []);
    views.set(chain.messageId, { fallbacks, outcome: outcomeOf(all, chain.state !== 'ended') });
  }
  return views;
}
