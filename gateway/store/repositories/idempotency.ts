import { and, eq, lt } from 'drizzle-orm';
import type { IdempotencyRow } from '../rows.ts';
import { idempotency } from '../schema.ts';
import type { Db } from '../db.ts';

export const idempotencyRepository = (db: Db) => ({
  find: async (merchantId: string, route: string, key: string): Promise<IdempotencyRow | undefined> =>
    db
      .select()
      .from(idempotency)
      .where(
        and(eq(idempotency.merchantId, merchantId), eq(idempotency.route, route), eq(idempotency.key, key)),
      )
      .get(),
  insert: async (row: IdempotencyRow): Promise<void> => void db.insert(idempotency).values(row).run(),
  sweep: async (before: number): Promise<void> =>
    void db.delete(idempotency).where(lt(idempotency.createdAt, before)).run(),
});
