import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { FallbackChainRow } from '../rows.ts';
import { fallbackChains, routing } from '../schema.ts';
import type { RoutingDefaults } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter, key, updater } from './prepared.ts';
import { finder } from './statement.ts';

export const routingRepository = (db: Db) => {
  const defaults = finder(
    db,
    routing,
    db
      .select()
      .from(routing)
      .where(eq(routing.merchantId, sql.placeholder('merchantId'))),
  );
  return {
    defaults: async (merchantId: string): Promise<RoutingDefaults | undefined> =>
      defaults.get({ merchantId })?.defaults,
    putDefaults: async (merchantId: string, of: RoutingDefaults): Promise<void> =>
      void db
        .insert(routing)
        .values({ merchantId, defaults: of })
        .onConflictDoUpdate({ target: routing.merchantId, set: { defaults: of } })
        .run(),
  };
};

export const fallbackRepository = (db: Db) => {
  const byMessage = finder(
    db,
    fallbackChains,
    db
      .select()
      .from(fallbackChains)
      .where(eq(fallbackChains.messageId, sql.placeholder('id'))),
  );
  const due = finder(
    db,
    fallbackChains,
    db
      .select()
      .from(fallbackChains)
      .where(and(sql`due_at is not null`, lte(fallbackChains.dueAt, sql.placeholder('now'))))
      .orderBy(asc(fallbackChains.dueAt))
      .limit(sql.placeholder('limit')),
  );
  const insert = inserter(db, fallbackChains);
  const update = updater(db, fallbackChains, eq(fallbackChains.messageId, key('id')));
  return {
    insert: async (row: FallbackChainRow): Promise<void> => insert(row),
    byMessage: async (id: string): Promise<FallbackChainRow | undefined> => byMessage.get({ id }),
    byMessages: async (ids: string[]): Promise<FallbackChainRow[]> =>
      ids.length ? db.select().from(fallbackChains).where(inArray(fallbackChains.messageId, ids)).all() : [],
    update: async (
      id: string,
      change: Partial<Omit<FallbackChainRow, 'messageId' | 'merchantId' | 'expiresAt'>>,
    ): Promise<void> => void update(change, { id }),
    /** The delivery that a chain watches has moved: the chain is looked at now. One that is being taken has its own time. */
    hasten: async (id: string, now: number): Promise<void> =>
      void db
        .update(fallbackChains)
        .set({ dueAt: now })
        .where(and(eq(fallbackChains.messageId, id), eq(fallbackChains.state, 'watching')))
        .run(),
    /** Those to be looked at, the longest due first. */
    due: async (now: number, limit: number): Promise<FallbackChainRow[]> => due.all({ now, limit }),
    /** What a crash cut short is taken up at once. */
    resume: async (now: number): Promise<void> =>
      void db
        .update(fallbackChains)
        .set({ dueAt: now })
        .where(and(eq(fallbackChains.state, 'taking'), sql`due_at is not null`))
        .run(),
  };
};
