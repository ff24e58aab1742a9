import type { Bus, BusMessage, CallAnswer } from './port.ts';
import { allEvents } from '../../protocol/subjects.ts';

/** A bus in memory for unit tests: same promises as the real one, and it can be switched off. */
export function memoryBus(): Bus & {
  away(away: boolean): void;
  published: { subject: string; id: string }[];
} {
  const handlers: { filter: string; handler: (message: Omit<BusMessage, 'id'>) => void }[] = [];
  const seen = new Set<string>();
  const published: { subject: string; id: string }[] = [];
  const returns: (() => void)[] = [];
  type Answering = Parameters<Bus['respond']>[1];
  const responders: { subject: string; handler: Answering }[] = [];
  let isAway = false;
  const fits = (pattern: string, subject: string): boolean => {
    const [wanted, given] = [pattern.split('.'), subject.split('.')];
    return wanted.length === given.length && wanted.every((token, i) => token === '*' || token === given[i]);
  };
  const covers = (filter: string, subject: string) =>
    filter === subject || (filter.endsWith('>') && subject.startsWith(filter.slice(0, -1)));
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
        if (covers(filter, subject)) queueMicrotask(() => handler({ subject, payload, place }));
      }
    },
    consume: (handler) => void add(allEvents, handler),
    watch: (subject, listener) => add(subject, listener),
    request: async (subject, payload, { timeoutMs, signal }): Promise<CallAnswer> => {
      const found = responders.find((one) => fits(one.subject, subject));
      if (isAway || !found) return { type: 'nobody' };
      const late = new Promise<undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), timeoutMs);
        timer.unref();
        signal?.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      const answer = await Promise.race([found.handler({ subject, payload }), late]);
      return answer === undefined ? { type: 'silent' } : { type: 'reply', payload: answer };
    },
    respond: (subject, handler) => {
      const entry = { subject, handler };
      responders.push(entry);
      return { drain: async () => void responders.splice(responders.indexOf(entry), 1) };
    },
    tell: (subject, payload) => {
      for (const one of responders)
        if (fits(one.subject, subject)) queueMicrotask(() => void one.handler({ subject, payload }));
      for (const { filter, handler } of handlers)
        if (covers(filter, subject)) queueMicrotask(() => handler({ subject, payload }));
    },
    connected: () => !isAway,
    onReturn: (listener) => void returns.push(listener),
    erase: async () => {},
    depths: async () => ({}),
    close: async () => {},
  };
}
