import { and, asc, desc, eq, gte } from 'drizzle-orm';
import { events } from '../schema.ts';
import type { Db } from '../db.ts';

/** The place of the newest event of all. */
export const lastPlace = (db: Db): number =>
  db.select({ seq: events.seq }).from(events).orderBy(desc(events.seq)).limit(1).get()?.seq ?? 0;

/** The place of a merchant's first event from a time on, in a few looks. Places follow time, but where the clock was set back. */
export function firstSince(db: Db, merchantId: string, sinceMs: number): number {
  let [low, high] = [1, lastPlace(db) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = db
      .select({ seq: events.seq, at: events.at })
      .from(events)
      .where(and(eq(events.merchantId, merchantId), gte(events.seq, middle)))
      .orderBy(asc(events.seq))
      .limit(1)
      .get();
    if (!found || found.at >= sinceMs) high = middle;
    else low = found.seq + 1;
  }
  return low;
}
