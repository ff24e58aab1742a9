import type { InboundItem, LiveClient } from '../contract/index.ts';
import { pressedIn } from './pressed.ts';
import type { Entry, Told } from './wire.ts';

/** Messages remembered per account: what is shown before the ledger lists it as sent. */
const maxRecent = 500;

interface Room {
  pages: Set<LiveClient>;
  recent: { as: string; entry: Entry }[];
  /** How payments went, by the message that asked for them. */
  payments: Map<string, 'paid' | 'failed'>;
}

/** The open pages of every account, and what was shown on them lately. */
export function createRooms() {
  const rooms = new Map<string, Room>();
  const room = (accountId: string): Room => {
    const known = rooms.get(accountId);
    if (known) return known;
    const made: Room = { pages: new Set(), recent: [], payments: new Map() };
    rooms.set(accountId, made);
    return made;
  };
  const tell = (accountId: string, told: Told): void => {
    const { pages, recent, payments } = room(accountId);
    if (told.type === 'payment') {
      payments.set(told.message, told.state);
      if (payments.size > maxRecent) payments.delete(payments.keys().next().value!);
    }
    if (told.type === 'message') {
      recent.push({ as: told.as, entry: told.entry });
      if (recent.length > maxRecent) recent.shift();
    }
    const text = JSON.stringify(told);
    for (const page of pages) page.send(text);
  };
  return {
    join(accountId: string, page: LiveClient): () => void {
      room(accountId).pages.add(page);
      return () => void room(accountId).pages.delete(page);
    },
    tell,
    /** Shows on every page of the account what one of them wrote. */
    tellItems(
      accountId: string,
      items: InboundItem[],
      { messageId, nowMs }: { messageId: string | undefined; nowMs: number },
    ): void {
      for (const item of items) {
        const as = 'sender' in item ? item.sender.address.slice('sandbox:'.length) : '';
        if (item.type === 'payment' && (item.state === 'paid' || item.state === 'failed'))
          tell(accountId, { type: 'payment', as, message: item.replyTo ?? '', state: item.state });
        if (item.type !== 'message') continue;
        const entry: Entry = {
          message_id: messageId,
          provider_id: item.providerId,
          direction: 'inbound',
          content: item.content,
          pressed: pressedIn(item.payload),
          at_ms: nowMs,
        };
        tell(accountId, { type: 'message', as, entry });
      }
    },
    /** A message is shown no more to whoever opens a page. */
    forget(accountId: string, messageId: string): void {
      const known = room(accountId);
      known.recent = known.recent.filter(({ entry }) => entry.message_id !== messageId);
    },
    recent: (accountId: string, as: string): Entry[] =>
      room(accountId)
        .recent.filter((of) => of.as === as)
        .map(({ entry }) => entry),
    payment: (accountId: string, message: string) => room(accountId).payments.get(message),
    closeAll(): void {
      for (const { pages } of rooms.values()) for (const page of pages) page.close(1001, 'the gateway stops');
    },
  };
}

export type Rooms = ReturnType<typeof createRooms>;
