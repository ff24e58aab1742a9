import { and, asc, eq, sql } from 'drizzle-orm';
import type { RemoteConnectorRow } from '../rows.ts';
import { deliveries, remoteConnectors } from '../schema.ts';
import type { Db } from '../db.ts';

/** What connectors in other processes said of themselves last, and what waited for them. */
export const remoteRepository = (db: Db) => ({
  all: async (): Promise<RemoteConnectorRow[]> =>
    db.select().from(remoteConnectors).orderBy(asc(remoteConnectors.name)).all(),
  put: async (row: RemoteConnectorRow): Promise<void> =>
    void db
      .insert(remoteConnectors)
      .values(row)
      .onConflictDoUpdate({
        target: remoteConnectors.name,
        set: { manifest: row.manifest, updatedAt: row.updatedAt },
      })
      .run(),
  /** Deliveries of an account that wait for another attempt may go now: what they waited for is there again. */
  hasten: async (accountId: string, now: number): Promise<void> =>
    void db
      .update(deliveries)
      .set({ nextAttemptAt: now })
      .where(
        and(
          eq(deliveries.accountId, accountId),
          sql`state = 'queued' and in_flight = 0 and attempts > 0 and next_attempt_at > ${now}`,
        ),
      )
      .run(),
});
