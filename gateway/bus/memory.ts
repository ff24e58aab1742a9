import type { Bus, BusMessage, Durable } from './port.ts';
import { allEvents, allSends } from '../../protocol/subjects.ts';

const filters: Record<Durable, string> = { webhooks: allEvents, dispatch: allSends };

/** A bus in memory for unit tests: same promises as the real one, and it can be switched off. */
export function memoryBus(): Bus & {
  away(away: boolean): void;
  published: { subject: string; id: string }[];
} {
  const handlers: { filter: string; handler: (message: Omit<BusMessage, 'id'>) => void }[] = [];
  const seen = new Set<string>();
  const published: { subject: string; id: string }[] = [];
  const returns: (() => void)[] = [];
  let isAway = false;
  const add = (filter: string, handler: (message: Omit<BusMessage, 'id'>) => void) => {
    const entry = { filter, handler };
    handlers.push(entry);
    return () => void handlers.splice(handlers.indexOf(entry), 1);
  };
  return {
    published,
    away(away) {
      isAway = away;
      if (!away) for (const listener of returns) listener();
    },
    async publish({ subject, id, payload, place }) {
      if (isAway) throw new Error('the bus is away');
      if (seen.has(id)) return;
      seen.add(id);
      published.push({ subject, id });
      for (const { filter, handler } of handlers) {
        if (subject.startsWith(filter.slice(0, -1)))
          queueMicrotask(() => handler({ subject, payload, place }));
      }
    },
    consume: (durable, handler) => void add(filters[durable], handler),
    watch: (subject, listener) => add(subject, listener),
    connected: () => !isAway,
    onReturn: (listener) => void returns.push(listener),
    depths: async () => ({}),
    close: async () => {},
  };
}
