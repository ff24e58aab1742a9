import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, sql } from 'drizzle-orm';
import type { EventRow, ReplayRow, WebhookDeliveryRow } from '../rows.ts';
import { events, outbox, replayMarks, replays, resends, webhookDeliveries } from '../schema.ts';
import type { Db } from '../db.ts';
import { firstSince, lastPlace } from './places.ts';

/** An event as a replay looks at it, without its content. */
export type EventHead = Pick<EventRow, 'seq' | 'id' | 'type' | 'conversationId' | 'at' | 'removedAt'>;

const head = {
  seq: events.seq,
  id: events.id,
  type: events.type,
  conversationId: events.conversationId,
  at: events.at,
  removedAt: events.removedAt,
};
const unfinished = sql`state in ('counting', 'running')`;

export const replayRepository = (db: Db) => ({
  insert: async (row: ReplayRow): Promise<void> => void db.insert(replays).values(row).run(),
  byId: async (id: string): Promise<ReplayRow | undefined> =>
    db.select().from(replays).where(eq(replays.id, id)).get(),
  update: async (
    id: string,
    change: Partial<Omit<ReplayRow, 'id' | 'merchantId' | 'scope' | 'createdAt'>>,
  ): Promise<void> => void db.update(replays).set(change).where(eq(replays.id, id)).run(),
  /** Counts one more outcome. */
  count: async (id: string, outcome: 'done' | 'failed' | 'skipped', by = 1): Promise<void> =>
    void db
      .update(replays)
      .set({ [outcome]: sql`${replays[outcome]} + ${by}` })
      .where(eq(replays.id, id))
      .run(),
  /** Newest first, with `id < before`. */
  of: async (merchantId: string, before: string, limit: number): Promise<ReplayRow[]> =>
    db
      .select()
      .from(replays)
      .where(and(eq(replays.merchantId, merchantId), lt(replays.id, before)))
      .orderBy(desc(replays.id))
      .limit(limit)
      .all(),
  /** Oldest first. */
  unfinished: async (limit: number): Promise<ReplayRow[]> =>
    db.select().from(replays).where(unfinished).orderBy(asc(replays.id)).limit(limit).all(),
  unfinishedOf: async (merchantId: string): Promise<number> =>
    db
      .select({ n: sql<number>`count(*)` })
      .from(replays)
      .where(and(unfinished, eq(replays.merchantId, merchantId)))
      .get()?.n ?? 0,

  mark: async (replayId: string, place: number): Promise<void> =>
    void db.insert(replayMarks).values({ replayId, place }).onConflictDoNothing().run(),
  marked: async (replayId: string): Promise<number[]> =>
    db
      .select({ place: replayMarks.place })
      .from(replayMarks)
      .where(eq(replayMarks.replayId, replayId))
      .all()
      .map(({ place }) => place),
  unmark: async (replayId: string): Promise<void> =>
    void db.delete(replayMarks).where(eq(replayMarks.replayId, replayId)).run(),

  resentAs: async (messageId: string): Promise<string | undefined> =>
    db.select().from(resends).where(eq(resends.messageId, messageId)).get()?.resentAs,
  insertResend: async (messageId: string, resentAs: string): Promise<void> =>
    void db.insert(resends).values({ messageId, resentAs }).run(),

  lastPlace: async (): Promise<number> => lastPlace(db),
  /** The place of a merchant's first event from a time on. Places follow time, but where the clock was set back. */
  firstSince: async (merchantId: string, sinceMs: number): Promise<number> =>
    firstSince(db, merchantId, sinceMs),
  /** The place of a merchant's event by its id; `atMs` is when it was made, as its id says. */
  placeOf: async (merchantId: string, id: string, atMs: number): Promise<number | undefined> => {
    const from = firstSince(db, merchantId, atMs);
    return db
      .select({ seq: events.seq })
      .from(events)
      .where(
        and(
          eq(events.merchantId, merchantId),
          gte(events.seq, from),
          // an id and its event's time are drawn one after the other
          sql`${events.seq} < coalesce((select seq from events where merchant_id = ${merchantId} and seq >= ${from} and at > ${atMs + 1000} order by seq limit 1), ${Number.MAX_SAFE_INTEGER})`,
          eq(events.id, id),
        ),
      )
      .get()?.seq;
  },
  /** Events of a merchant in their order, with `after < seq <= upTo`. */
  eventsAfter: async (of: {
    merchantId: string;
    after: number;
    upTo: number;
    limit: number;
  }): Promise<EventHead[]> =>
    db
      .select(head)
      .from(events)
      .where(and(eq(events.merchantId, of.merchantId), gt(events.seq, of.after), lte(events.seq, of.upTo)))
      .orderBy(asc(events.seq))
      .limit(of.limit)
      .all(),
  /** The same of those that an endpoint was given up for. */
  deadAfter: async (of: {
    endpointId: string;
    after: number;
    upTo: number;
    limit: number;
  }): Promise<EventHead[]> =>
    db
      .select(head)
      .from(webhookDeliveries)
      .innerJoin(events, eq(events.seq, webhookDeliveries.eventSeq))
      .where(
        and(
          eq(webhookDeliveries.endpointId, of.endpointId),
          sql`${webhookDeliveries.state} = 'dead'`,
          gt(webhookDeliveries.eventSeq, of.after),
          lte(webhookDeliveries.eventSeq, of.upTo),
        ),
      )
      .orderBy(asc(webhookDeliveries.eventSeq))
      .limit(of.limit)
      .all(),
  eventsAt: async (merchantId: string, places: number[]): Promise<EventHead[]> =>
    places.length
      ? db
          .select(head)
          .from(events)
          .where(and(eq(events.merchantId, merchantId), inArray(events.seq, places)))
          .orderBy(asc(events.seq))
          .all()
      : [],
  /** What became of events at an endpoint. */
  deliveriesAt: async (endpointId: string, places: number[]): Promise<WebhookDeliveryRow[]> =>
    places.length
      ? db
          .select()
          .from(webhookDeliveries)
          .where(
            and(eq(webhookDeliveries.endpointId, endpointId), inArray(webhookDeliveries.eventSeq, places)),
          )
          .all()
      : [],
  /** Of these events, those that are still on their way to webhooks. */
  onTheirWay: async (places: number[]): Promise<number[]> =>
    places.length
      ? db
          .select({ seq: outbox.seq })
          .from(outbox)
          .where(inArray(outbox.seq, places))
          .all()
          .map(({ seq }) => seq)
      : [],
  envelopeAt: async (place: number): Promise<string | undefined> =>
    db
      .select({ envelope: events.envelope })
      .from(events)
      .where(and(eq(events.seq, place), isNull(events.removedAt)))
      .get()?.envelope,
});
