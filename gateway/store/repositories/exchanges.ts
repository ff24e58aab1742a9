import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import type { ConditionRow, ExchangeRow } from '../rows.ts';
import { accountConditions, exchanges } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter } from './prepared.ts';

/** Which exchanges of an account are asked for, newest first. */
export interface ExchangeQuery {
  accountId: string;
  beforeId: number;
  limit: number;
  failed?: boolean;
  direction?: ExchangeRow['direction'];
}

/** What was exchanged with platforms. */
export const exchangeRepository = (db: Db) => {
  const insert = inserter(db, exchanges);
  return {
    insert: async (row: Omit<ExchangeRow, 'id'>): Promise<void> => insert(row),
    of: async ({ accountId, beforeId, limit, failed, direction }: ExchangeQuery): Promise<ExchangeRow[]> =>
      db
        .select()
        .from(exchanges)
        .where(
          and(
            eq(exchanges.accountId, accountId),
            lt(exchanges.id, beforeId),
            failed === undefined ? undefined : eq(exchanges.failed, failed),
            direction === undefined ? undefined : eq(exchanges.direction, direction),
          ),
        )
        .orderBy(desc(exchanges.id))
        .limit(limit)
        .all(),
    ofMessage: async (messageId: string): Promise<ExchangeRow[]> =>
      db
        .select()
        .from(exchanges)
        .where(and(eq(exchanges.messageId, messageId), sql`message_id is not null`))
        .orderBy(asc(exchanges.id))
        .limit(200)
        .all(),
    /** Keeps the latest of an account in one direction. */
    trim: async (accountId: string, direction: ExchangeRow['direction'], keep: number): Promise<void> =>
      void db.run(sql`delete from exchanges where account_id = ${accountId} and direction = ${direction} and id <=
        (select id from exchanges where account_id = ${accountId} and direction = ${direction} order by id desc limit 1 offset ${keep})`),
    /** Removes the oldest of those before a time, at most `limit`; gives how many. */
    sweep: async (beforeMs: number, limit: number): Promise<number> =>
      db.run(
        sql`delete from exchanges where id in (select id from exchanges where at < ${beforeMs} order by at limit ${limit})`,
      ).changes,
    removeOf: async (accountId: string): Promise<void> =>
      void db.delete(exchanges).where(eq(exchanges.accountId, accountId)).run(),
  };
};

/** How accounts stand. */
export const conditionRepository = (db: Db) => ({
  all: async (): Promise<ConditionRow[]> => db.select().from(accountConditions).all(),
  /** Changes what is given and nothing else. */
  put: async (accountId: string, change: Partial<Omit<ConditionRow, 'accountId'>>): Promise<void> =>
    void db
      .insert(accountConditions)
      .values({ accountId, ...change })
      .onConflictDoUpdate({ target: accountConditions.accountId, set: change })
      .run(),
  remove: async (accountId: string): Promise<void> =>
    void db.delete(accountConditions).where(eq(accountConditions.accountId, accountId)).run(),
});
