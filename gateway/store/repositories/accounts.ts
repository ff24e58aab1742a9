import { and, asc, eq, gt } from 'drizzle-orm';
import type { AccountRow } from '../rows.ts';
import { accounts } from '../schema.ts';
import type { Db } from '../db.ts';

export const accountRepository = (db: Db) => ({
  insert: async (row: AccountRow): Promise<void> => void db.insert(accounts).values(row).run(),
  all: async (): Promise<AccountRow[]> => db.select().from(accounts).orderBy(asc(accounts.id)).all(),
  byId: async (id: string): Promise<AccountRow | undefined> =>
    db.select().from(accounts).where(eq(accounts.id, id)).get(),
  of: async (merchantId: string, after: string, limit: number): Promise<AccountRow[]> =>
    db
      .select()
      .from(accounts)
      .where(and(eq(accounts.merchantId, merchantId), gt(accounts.id, after)))
      .orderBy(asc(accounts.id))
      .limit(limit)
      .all(),
  update: async (
    id: string,
    change: Partial<Pick<AccountRow, 'name' | 'config' | 'credentials' | 'state' | 'test'>>,
  ): Promise<void> => void db.update(accounts).set(change).where(eq(accounts.id, id)).run(),
  remove: async (id: string): Promise<void> => void db.delete(accounts).where(eq(accounts.id, id)).run(),
});
