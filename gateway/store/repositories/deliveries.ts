import { and, asc, desc, eq, inArray, lte, notInArray, sql } from 'drizzle-orm';
import type { AttemptRow, DeliveryRow } from '../rows.ts';
import { attempts, deliveries } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter, updater } from './prepared.ts';
import { finder } from './statement.ts';

export type DeliveryChange = Partial<
  Omit<DeliveryRow, 'messageId' | 'merchantId' | 'conversationId' | 'sequence' | 'accountId'>
>;

export const deliveryRepository = (db: Db) => {
  const byMessage = finder(
    db,
    deliveries,
    db
      .select()
      .from(deliveries)
      .where(eq(deliveries.messageId, sql.placeholder('id'))),
  );
  const head = finder(
    db,
    deliveries,
    db
      .select()
      .from(deliveries)
      .where(and(eq(deliveries.conversationId, sql.placeholder('conversationId')), sql`state = 'queued'`))
      .orderBy(asc(deliveries.sequence))
      .limit(1),
  );
  const insert = inserter(db, deliveries);
  const update = updater(db, deliveries, eq(deliveries.messageId, sql.placeholder('id')));
  const insertAttempt = inserter(db, attempts);
  const endAttempt = updater(
    db,
    attempts,
    and(eq(attempts.messageId, sql.placeholder('messageId')), eq(attempts.number, sql.placeholder('number'))),
  );
  return {
    insert: async (row: DeliveryRow): Promise<void> => insert(row),
    byMessage: async (id: string): Promise<DeliveryRow | undefined> => byMessage.get({ id }),
    byMessages: async (ids: string[]): Promise<DeliveryRow[]> =>
      ids.length ? db.select().from(deliveries).where(inArray(deliveries.messageId, ids)).all() : [],
    update: async (messageId: string, change: DeliveryChange): Promise<void> =>
      void update(change, { id: messageId }),
    /** The one whose turn it is in a conversation. */
    head: async (conversationId: string): Promise<DeliveryRow | undefined> => head.get({ conversationId }),
    /** Heads of lanes and uncertain deliveries whose time has come, soonest first, but for accounts left out. */
    due: async (now: number, limit: number, exceptAccounts: string[]): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(
          and(
            sql`state in ('queued', 'uncertain')`,
            lte(deliveries.nextAttemptAt, now),
            notInArray(deliveries.accountId, exceptAccounts),
            sql`(state = 'uncertain' or not exists (select 1 from deliveries as earlier where earlier.state = 'queued'
              and earlier.conversation_id = deliveries.conversation_id and earlier.sequence < deliveries.sequence))`,
          ),
        )
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
    backlog: async (): Promise<
      { accountId: string; merchantId: string; depth: number; oldestAt: number }[]
    > =>
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
      db
        .select()
        .from(deliveries)
        .where(eq(deliveries.state, 'failed'))
        .orderBy(desc(deliveries.messageId))
        .limit(limit)
        .all(),

    insertAttempt: async (row: AttemptRow): Promise<void> => insertAttempt(row),
    endAttempt: async (
      messageId: string,
      number: number,
      end: Pick<AttemptRow, 'endedAt' | 'outcome' | 'detail'>,
    ): Promise<void> => void endAttempt(end, { messageId, number }),
    attemptsOf: async (messageId: string): Promise<AttemptRow[]> =>
      db.select().from(attempts).where(eq(attempts.messageId, messageId)).orderBy(asc(attempts.number)).all(),
  };
};
