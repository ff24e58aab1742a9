import { and, asc, desc, eq, gt, gte, isNotNull, lte, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { EndpointRow, EventRow, WebhookDeliveryRow } from '../rows.ts';
import { endpoints, events, webhookDeliveries } from '../schema.ts';
import type { Db } from '../db.ts';
import { firstSince } from './places.ts';
import { key, updater } from './prepared.ts';
import { finder, runner } from './statement.ts';

export const webhookRepository = (db: Db) => {
  const insert = runner(
    db,
    db
      .insert(webhookDeliveries)
      .values({
        endpointId: sql.placeholder('endpointId'),
        eventSeq: sql.placeholder('eventSeq'),
        lane: sql.placeholder('lane'),
        state: sql.placeholder('state'),
        attempts: sql.placeholder('attempts'),
        nextAttemptAt: sql.placeholder('nextAttemptAt'),
        lastStatus: sql.placeholder('lastStatus'),
        lastReason: sql.placeholder('lastReason'),
        updatedAt: sql.placeholder('updatedAt'),
      })
      .onConflictDoNothing(),
  );
  const one = finder(
    db,
    webhookDeliveries,
    db
      .select()
      .from(webhookDeliveries)
      .where(
        and(
          eq(webhookDeliveries.endpointId, sql.placeholder('endpointId')),
          eq(webhookDeliveries.eventSeq, sql.placeholder('eventSeq')),
        ),
      ),
  );
  const update = updater(db, webhookDeliveries, eq(webhookDeliveries.id, key('id')));
  const laneHead = finder(
    db,
    webhookDeliveries,
    db
      .select()
      .from(webhookDeliveries)
      .where(
        and(
          eq(webhookDeliveries.endpointId, sql.placeholder('endpointId')),
          eq(webhookDeliveries.lane, sql.placeholder('lane')),
          sql`state = 'pending'`,
        ),
      )
      .orderBy(asc(webhookDeliveries.eventSeq))
      .limit(1),
  );
  /** Heads of lanes that have a time, soonest first. */
  const timed = (which: SQL | undefined) =>
    finder(
      db,
      webhookDeliveries,
      db
        .select()
        .from(webhookDeliveries)
        .where(and(sql`state = 'pending'`, isNotNull(webhookDeliveries.nextAttemptAt), which))
        .orderBy(asc(webhookDeliveries.nextAttemptAt), asc(webhookDeliveries.id))
        .limit(sql.placeholder('limit')),
    );
  const due = timed(
    and(
      lte(webhookDeliveries.nextAttemptAt, sql.placeholder('now')),
      sql`endpoint_id not in (select value from json_each(${sql.placeholder('except')}))`,
    ),
  );
  const waitingBehind = timed(
    sql`(next_attempt_at, id) > (${sql.placeholder('at')}, ${sql.placeholder('id')})`,
  );
  const placeOf = (endpointId: string, since: number): number => {
    const row = db.select().from(endpoints).where(eq(endpoints.id, endpointId)).get();
    return row ? firstSince(db, row.merchantId, since) : 0;
  };
  return {
    insertEndpoint: async (row: EndpointRow): Promise<void> => void db.insert(endpoints).values(row).run(),
    endpoint: async (id: string): Promise<EndpointRow | undefined> =>
      db.select().from(endpoints).where(eq(endpoints.id, id)).get(),
    allEndpoints: async (): Promise<EndpointRow[]> => db.select().from(endpoints).all(),
    endpointsOf: async (merchantId: string, after: string, limit: number): Promise<EndpointRow[]> =>
      db
        .select()
        .from(endpoints)
        .where(and(eq(endpoints.merchantId, merchantId), gt(endpoints.id, after)))
        .orderBy(asc(endpoints.id))
        .limit(limit)
        .all(),
    updateEndpoint: async (
      id: string,
      change: Partial<Omit<EndpointRow, 'id' | 'merchantId'>>,
    ): Promise<void> => void db.update(endpoints).set(change).where(eq(endpoints.id, id)).run(),
    removeEndpoint: async (id: string): Promise<void> => {
      db.delete(webhookDeliveries).where(eq(webhookDeliveries.endpointId, id)).run();
      db.delete(endpoints).where(eq(endpoints.id, id)).run();
    },

    /** Nothing happens if this endpoint has this event already. */
    insert: async (row: Omit<WebhookDeliveryRow, 'id'>): Promise<void> => void insert(row),
    byEvent: async (eventSeq: number): Promise<WebhookDeliveryRow[]> =>
      db.select().from(webhookDeliveries).where(eq(webhookDeliveries.eventSeq, eventSeq)).all(),
    one: async (endpointId: string, eventSeq: number): Promise<WebhookDeliveryRow | undefined> =>
      one.get({ endpointId, eventSeq }),
    update: async (
      id: number,
      change: Partial<Omit<WebhookDeliveryRow, 'id' | 'endpointId' | 'eventSeq' | 'lane'>>,
    ): Promise<void> => void update(change, { id }),
    /** The oldest event that waits in a lane of an endpoint. */
    laneHead: async (endpointId: string, lane: string): Promise<WebhookDeliveryRow | undefined> =>
      laneHead.get({ endpointId, lane }),
    /** Lane heads whose time has come. Only the head of a lane ever has a time. */
    due: async (now: number, limit: number, exceptEndpoints: string[]): Promise<WebhookDeliveryRow[]> =>
      due.all({ now, limit, except: JSON.stringify(exceptEndpoints) }),
    /** Lane heads, soonest first, behind a time and a row, whether their time has come or not. */
    waitingBehind: async (
      after: { at: number; id: number },
      limit: number,
    ): Promise<(WebhookDeliveryRow & { nextAttemptAt: number })[]> =>
      waitingBehind.all({ ...after, limit }) as (WebhookDeliveryRow & { nextAttemptAt: number })[],
    withEvent: async (
      endpointId: string,
      limit: number,
    ): Promise<{ delivery: WebhookDeliveryRow; event: Pick<EventRow, 'id' | 'type' | 'at'> }[]> =>
      db
        .select({ delivery: webhookDeliveries, event: { id: events.id, type: events.type, at: events.at } })
        .from(webhookDeliveries)
        .innerJoin(events, eq(events.seq, webhookDeliveries.eventSeq))
        .where(eq(webhookDeliveries.endpointId, endpointId))
        .orderBy(desc(webhookDeliveries.eventSeq))
        .limit(limit)
        .all(),
    /** Gives up or takes up again what an endpoint has waiting, in one statement however much it is. */
    setWaiting: async (
      endpointId: string,
      to: 'dead' | 'pending',
      since: number,
      now: number,
    ): Promise<number> => {
      // as the partial indexes have it: what was delivered is not looked at
      const isThere = to === 'dead' ? sql`state = 'pending'` : sql`state = 'dead'`;
      const changed = db
        .update(webhookDeliveries)
        .set({ state: to, nextAttemptAt: null, updatedAt: now })
        .where(
          and(
            eq(webhookDeliveries.endpointId, endpointId),
            isThere,
            since > 0 ? gte(webhookDeliveries.eventSeq, placeOf(endpointId, since)) : undefined,
          ),
        )
        .run().changes;
      if (to === 'pending') {
        db.run(sql`update webhook_deliveries set next_attempt_at = ${now} where id in (
          select id from (select id, min(event_seq) from webhook_deliveries
            where endpoint_id = ${endpointId} and state = 'pending' group by lane))`);
      }
      return changed;
    },
    /** Gives a time to the head of a lane that has none: it waited behind what its endpoint had in memory. */
    wakeLane: async (endpointId: string, lane: string, now: number): Promise<void> => {
      const head = laneHead.get({ endpointId, lane });
      if (head && head.nextAttemptAt === null)
        db.update(webhookDeliveries)
          .set({ nextAttemptAt: now })
          .where(eq(webhookDeliveries.id, head.id))
          .run();
    },
    /** The same for every lane behind which nothing is unsettled any more: neither in memory nor on its way back after a crash. */
    wakeLanes: async (now: number): Promise<void> =>
      void db.run(sql`update webhook_deliveries set next_attempt_at = ${now} where next_attempt_at is null
        and not exists (select 1 from outbox where outbox.lane = webhook_deliveries.lane and outbox.seq < webhook_deliveries.event_seq)
        and id in (select id from (select id, min(event_seq) from webhook_deliveries where state = 'pending' group by endpoint_id, lane))`),
    /** Endpoints that have something waiting. */
    waitingEndpoints: async (): Promise<{ endpointId: string; waiting: number }[]> =>
      db
        .select({ endpointId: webhookDeliveries.endpointId, waiting: sql<number>`count(*)` })
        .from(webhookDeliveries)
        .where(sql`state = 'pending'`)
        .groupBy(webhookDeliveries.endpointId)
        .all(),
    backlog: async (): Promise<{ endpointId: string; state: string; depth: number; oldestAt: number }[]> =>
      db
        .select({
          endpointId: webhookDeliveries.endpointId,
          state: webhookDeliveries.state,
          depth: sql<number>`count(*)`,
          oldestAt: sql<number>`min(${events.at})`,
        })
        .from(webhookDeliveries)
        .innerJoin(events, eq(events.seq, webhookDeliveries.eventSeq))
        .where(sql`${webhookDeliveries.state} in ('pending', 'dead')`)
        .groupBy(webhookDeliveries.endpointId, webhookDeliveries.state)
        .all(),
  };
};
