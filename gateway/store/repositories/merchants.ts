import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { ApiKeyRow, MerchantRow } from '../rows.ts';
import { apiKeys, merchants } from '../schema.ts';
import type { Db } from '../db.ts';
import { finder } from './statement.ts';

export const merchantRepository = (db: Db) => {
  const keyByHash = finder(
    db,
    apiKeys,
    db
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.hash, sql.placeholder('hash'))),
  );
  return {
    insert: async (row: MerchantRow): Promise<void> => void db.insert(merchants).values(row).run(),
    byId: async (id: string): Promise<MerchantRow | undefined> =>
      db.select().from(merchants).where(eq(merchants.id, id)).get(),
    list: async (after: string, limit: number): Promise<MerchantRow[]> =>
      db
        .select()
        .from(merchants)
        .where(gt(merchants.id, after))
        .orderBy(asc(merchants.id))
        .limit(limit)
        .all(),

    insertKey: async (row: ApiKeyRow): Promise<void> => void db.insert(apiKeys).values(row).run(),
    keyByHash: async (hash: string): Promise<ApiKeyRow | undefined> => keyByHash.get({ hash }),
    keysOf: async (merchantId: string): Promise<ApiKeyRow[]> =>
      db.select().from(apiKeys).where(eq(apiKeys.merchantId, merchantId)).orderBy(asc(apiKeys.id)).all(),
    /** False if there is no such live key. */
    revokeKey: async (merchantId: string, id: string, now: number): Promise<boolean> =>
      db
        .update(apiKeys)
        .set({ revokedAt: now })
        .where(and(eq(apiKeys.merchantId, merchantId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
        .run().changes > 0,
  };
};
