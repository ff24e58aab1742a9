import { asc, eq } from 'drizzle-orm';
import type { MediaRow } from '../rows.ts';
import { media } from '../schema.ts';
import type { Db } from '../db.ts';

export const mediaRepository = (db: Db) => ({
  insert: async (row: MediaRow): Promise<void> => void db.insert(media).values(row).run(),
  byId: async (id: string): Promise<MediaRow | undefined> =>
    db.select().from(media).where(eq(media.id, id)).get(),
  pending: async (limit: number): Promise<MediaRow[]> =>
    db.select().from(media).where(eq(media.state, 'pending')).orderBy(asc(media.id)).limit(limit).all(),
  update: async (id: string, change: Partial<Omit<MediaRow, 'id' | 'merchantId'>>): Promise<void> =>
    void db.update(media).set(change).where(eq(media.id, id)).run(),
});
