import { and, eq, lt, sql } from 'drizzle-orm';
import type { IdempotencyRow } from '../rows.ts';
import { idempotency } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter } from './prepared.ts';
import { finder } from './statement.ts';

export const idempotencyRepository = (db: Db) => {
  const insert = inserter(db, idempotency);
  const find = finder(
    db,
    idempotency,
    db
      .select()
      .from(idempotency)
      .where(
        and(
          eq(idempotency.merchantId, sql.placeholder('merchantId')),
          eq(idempotency.route, sql.placeholder('route')),
          eq(idempotency.key, sql.placeholder('key')),
        ),
      ),
  );
  return {
    find: async (merchantId: string, route: string, key: string): Promise<IdempotencyRow | undefined> =>
      find.get({ merchantId, route, key }),
    insert: async (row: IdempotencyRow): Promise<void> => insert(row),
    /** Forgets so many of those made before a time; gives how many. */
    sweep: async (before: number, limit: number): Promise<number> =>
      db
        .delete(idempotency)
        .where(
          sql`rowid in (select rowid from idempotency_keys where ${lt(idempotency.createdAt, before)} limit ${limit})`,
        )
        .run().changes,
  };
};
