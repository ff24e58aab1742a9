import type { InboundItem, LiveClient } from '../contract/index.ts';
import type { Entry, Told } from './wire.ts';

/** Messages remembered per account: what is shown before the ledger lists it as sent. */
const maxRecent = 500;

interface Room {
  pages: Set<LiveClient>;
  recent: { as: string; entry: Entry }[];
}

/** The open pages of every account, and what was shown on them lately. */
export function createRooms() {
  const rooms = new Map<string, Room>();
  const room = (accountId: string): Room => {
    const known = rooms.get(accountId);
    if (known) return known;
    const made: Room = { pages: new Set(), recent: [] };
    rooms.set(accountId, made);
    return made;
  };
  const tell = (accountId: string, told: Told): void => {
    const { pages, recent } = room(accountId);
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
        if (item.type !== 'message') continue;
        const entry: Entry = {
          message_id: messageId,
          provider_id: item.providerId,
          direction: 'inbound',
          content: item.content,
          at_ms: nowMs,
        };
        tell(accountId, { type: 'message', as: item.sender.address.slice('sandbox:'.length), entry });
      }
    },
    recent: (accountId: string, as: string): Entry[] =>
      room(accountId)
        .recent.filter((of) => of.as === as)
        .map(({ entry }) => entry),
    closeAll(): void {
      for (const { pages } of rooms.values()) for (const page of pages) page.close(1001, 'the gateway stops');
    },
  };
}

export type Rooms = ReturnType<typeof createRooms>;
