import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { EventRow, MediaRow, MessageRow, RetentionMarkRow, RetentionRow } from '../rows.ts';
import {
  events,
  media,
  mediaUses,
  messages,
  questions,
  retention,
  retentionMarks,
  unwantedBlobs,
} from '../schema.ts';
import type { Db } from '../db.ts';

type What = RetentionMarkRow['what'];

export const retentionRepository = (db: Db) => ({
  byMerchant: async (merchantId: string): Promise<RetentionRow | undefined> =>
    db.select().from(retention).where(eq(retention.merchantId, merchantId)).get(),
  put: async (row: RetentionRow): Promise<void> =>
    void db
      .insert(retention)
      .values(row)
      .onConflictDoUpdate({ target: retention.merchantId, set: row })
      .run(),
  /** Up to where it has been removed; empty: nothing yet. */
  mark: async (merchantId: string, what: What): Promise<string> =>
    db
      .select()
      .from(retentionMarks)
      .where(and(eq(retentionMarks.merchantId, merchantId), eq(retentionMarks.what, what)))
      .get()?.place ?? '',
  setMark: async (row: RetentionMarkRow): Promise<void> =>
    void db
      .insert(retentionMarks)
      .values(row)
      .onConflictDoUpdate({
        target: [retentionMarks.merchantId, retentionMarks.what],
        set: { place: row.place },
      })
      .run(),

  /** Events of a merchant in their order, behind a place, as far as a sweep looks at them. */
  eventsAfter: async (
    merchantId: string,
    after: number,
    limit: number,
  ): Promise<Pick<EventRow, 'seq' | 'at' | 'messageId' | 'removedAt'>[]> =>
    db
      .select({
        seq: events.seq,
        at: events.at,
        messageId: events.messageId,
        removedAt: events.removedAt,
      })
      .from(events)
      .where(and(eq(events.merchantId, merchantId), gt(events.seq, after)))
      .orderBy(asc(events.seq))
      .limit(limit)
      .all(),
  /** Whether an event is still on its way to a webhook. */
  isAwaited: async (seq: number): Promise<boolean> =>
    db.get<{ n: number }>(sql`select exists (select 1 from outbox where seq = ${seq})
      or exists (select 1 from webhook_deliveries where event_seq = ${seq} and state = 'pending') as n`).n ===
    1,
  event: async (seq: number): Promise<EventRow | undefined> =>
    db.select().from(events).where(eq(events.seq, seq)).get(),
  /** What is left of an event is this; nobody is told it any more. */
  removeEvent: async (seq: number, facts: string, now: number): Promise<void> =>
    void db.update(events).set({ envelope: facts, removedAt: now }).where(eq(events.seq, seq)).run(),
  updateMessage: async (
    id: string,
    change: Partial<Pick<MessageRow, 'content' | 'extras' | 'address' | 'providerId'>>,
  ): Promise<void> => void db.update(messages).set(change).where(eq(messages.id, id)).run(),
  removeQuestion: async (messageId: string): Promise<void> =>
    void db.delete(questions).where(eq(questions.messageId, messageId)).run(),

  /** Media of a merchant, oldest first, behind an id. */
  mediaAfter: async (merchantId: string, after: string, limit: number): Promise<MediaRow[]> =>
    db
      .select()
      .from(media)
      .where(and(eq(media.merchantId, merchantId), gt(media.id, after)))
      .orderBy(asc(media.id))
      .limit(limit)
      .all(),
  mediaOfMessage: async (messageId: string): Promise<MediaRow[]> =>
    db.select().from(media).where(eq(media.messageId, messageId)).all(),
  /** Whether an item, not removed, names these bytes. */
  isWanted: async (sha256: string): Promise<boolean> =>
    db.select({ id: media.id }).from(media).where(eq(media.sha256, sha256)).limit(1).get() !== undefined,
  wantNoMore: async (sha256: string, now: number): Promise<void> =>
    void db.insert(unwantedBlobs).values({ sha256, at: now }).onConflictDoNothing().run(),
  unwantedBlobs: async (limit: number): Promise<string[]> =>
    db
      .select()
      .from(unwantedBlobs)
      .orderBy(asc(unwantedBlobs.at))
      .limit(limit)
      .all()
      .map(({ sha256 }) => sha256),
  forgetBlob: async (sha256: string): Promise<void> =>
    void db.delete(unwantedBlobs).where(eq(unwantedBlobs.sha256, sha256)).run(),

  /** An upload goes to a consumer. */
  useMedia: async (mediaId: string, consumerId: string, now: number): Promise<void> =>
    void db
      .insert(mediaUses)
      .values({ mediaId, consumerId, lastAt: now })
      .onConflictDoUpdate({ target: [mediaUses.mediaId, mediaUses.consumerId], set: { lastAt: now } })
      .run(),
  lastUse: async (mediaId: string): Promise<number> =>
    db
      .select({ at: sql<number | null>`max(${mediaUses.lastAt})` })
      .from(mediaUses)
      .where(eq(mediaUses.mediaId, mediaId))
      .get()?.at ?? 0,
  /** Uploads that went to a consumer, at most so many. */
  usedBy: async (consumerId: string, limit: number): Promise<string[]> =>
    db
      .select({ mediaId: mediaUses.mediaId })
      .from(mediaUses)
      .where(eq(mediaUses.consumerId, consumerId))
      .limit(limit)
      .all()
      .map(({ mediaId }) => mediaId),
  /** Forgets one use; true if it was the last. */
  dropUse: async (mediaId: string, consumerId: string): Promise<boolean> => {
    db.delete(mediaUses)
      .where(and(eq(mediaUses.mediaId, mediaId), eq(mediaUses.consumerId, consumerId)))
      .run();
    return !db.select().from(mediaUses).where(eq(mediaUses.mediaId, mediaId)).limit(1).get();
  },
});
