import { and, asc, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { AttemptRow, DeliveryRow } from '../rows.ts';
import { attempts, deliveries } from '../schema.ts';
import type { Db } from '../db.ts';

export type DeliveryChange = Partial<Omit<DeliveryRow, 'messageId' | 'merchantId' | 'conversationId' | 'sequence' | 'accountId'>>;

export const deliveryRepository = (db: Db) => {
  const byMessage = db.select().from(deliveries).where(eq(deliveries.messageId, sql.placeholder('id'))).prepare();
  const head = db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.conversationId, sql.placeholder('conversationId')), sql`state = 'queued'`))
    .orderBy(asc(deliveries.sequence))
    .limit(1)
    .prepare();
  return {
    insert: async (row: DeliveryRow): Promise<void> => void db.insert(deliveries).values(row).run(),
    byMessage: async (id: string): Promise<DeliveryRow | undefined> => byMessage.get({ id }),
    byMessages: async (ids: string[]): Promise<DeliveryRow[]> =>
      ids.length ? db.select().from(deliveries).where(inArray(deliveries.messageId, ids)).all() : [],
    update: async (messageId: string, change: DeliveryChange): Promise<void> =>
      void db.update(deliveries).set(change).where(eq(deliveries.messageId, messageId)).run(),
    /** The one whose turn it is in a conversation. */
    head: async (conversationId: string): Promise<DeliveryRow | undefined> => head.get({ conversationId }),
    /** Queued or uncertain deliveries whose time has come, soonest first. */
    due: async (now: number, limit: number): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(and(sql`state in ('queued', 'uncertain')`, lte(deliveries.nextAttemptAt, now)))
        .orderBy(asc(deliveries.nextAttemptAt))
        .limit(limit)
        .all(),
    /** Attempts that a crash cut short. */
    inFlight: async (): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(and(sql`state = 'queued'`, eq(deliveries.inFlight, true)))
        .all(),
    /** Depth and oldest age of what waits, by account. */
    backlog: async (): Promise<{ accountId: string; merchantId: string; depth: number; oldestAt: number }[]> =>
      db
        .select({
          accountId: deliveries.accountId,
          merchantId: deliveries.merchantId,
          depth: sql<number>`count(*)`,
          oldestAt: sql<number>`min(updated_at)`,
        })
        .from(deliveries)
        .where(sql`state = 'queued'`)
        .groupBy(deliveries.accountId, deliveries.merchantId)
        .all(),
    failed: async (limit: number): Promise<DeliveryRow[]> =>
      db.select().from(deliveries).where(eq(deliveries.state, 'failed')).orderBy(desc(deliveries.messageId)).limit(limit).all(),

    insertAttempt: async (row: AttemptRow): Promise<void> => void db.insert(attempts).values(row).run(),
    endAttempt: async (messageId: string, number: number, end: Pick<AttemptRow, 'endedAt' | 'outcome' | 'detail'>): Promise<void> =>
      void db
        .update(attempts)
        .set(end)
        .where(and(eq(attempts.messageId, messageId), eq(attempts.number, number)))
        .run(),
    attemptsOf: async (messageId: string): Promise<AttemptRow[]> =>
      db.select().from(attempts).where(eq(attempts.messageId, messageId)).orderBy(asc(attempts.number)).all(),
  };
};
