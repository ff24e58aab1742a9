import { and, asc, desc, eq, gt, gte, inArray, lt, lte, sql } from 'drizzle-orm';
import type { DeliveryRow, EventRow, WebhookDeliveryRow } from '../rows.ts';
import { deliveries, endpoints, events, webhookDeliveries } from '../schema.ts';
import type { Db } from '../db.ts';

/** An event that an endpoint was given up for. */
export interface DeadEvent {
  delivery: WebhookDeliveryRow;
  merchantId: string;
  event: Pick<EventRow, 'id' | 'type' | 'conversationId' | 'messageId' | 'at'>;
}

const isDead = sql`${webhookDeliveries.state} = 'dead'`;
/** As the partial indexes have it. */
const messageDead = sql`state in ('failed', 'expired')`;

export const deadLetterRepository = (db: Db) => ({
  /** Newest first, with row numbers below `before`; of some endpoints, or of all. */
  events: async (of: {
    endpointIds: string[] | undefined;
    before: number;
    limit: number;
  }): Promise<DeadEvent[]> => {
    const page = (where: ReturnType<typeof and>) =>
      db
        .select({
          delivery: webhookDeliveries,
          merchantId: endpoints.merchantId,
          event: {
            id: events.id,
            type: events.type,
            conversationId: events.conversationId,
            messageId: events.messageId,
            at: events.at,
          },
        })
        .from(webhookDeliveries)
        .innerJoin(endpoints, eq(endpoints.id, webhookDeliveries.endpointId))
        .innerJoin(events, eq(events.seq, webhookDeliveries.eventSeq))
        .where(and(where, isDead, lt(webhookDeliveries.id, of.before)))
        .orderBy(desc(webhookDeliveries.id))
        .limit(of.limit)
        .all();
    if (!of.endpointIds) return page(undefined);
    // each endpoint's newest from its own index, then the newest of these: never all of a dead endpoint's
    return of.endpointIds
      .flatMap((id) => page(eq(webhookDeliveries.endpointId, id)))
      .toSorted((a, b) => b.delivery.id - a.delivery.id)
      .slice(0, of.limit);
  },
  /** Newest first, with `id < before`; of one merchant, or of all. */
  messages: async (of: {
    merchantId: string | undefined;
    before: string;
    limit: number;
  }): Promise<DeliveryRow[]> =>
    db
      .select()
      .from(deliveries)
      .where(
        and(
          of.merchantId === undefined ? undefined : eq(deliveries.merchantId, of.merchantId),
          messageDead,
          lt(deliveries.messageId, of.before),
        ),
      )
      .orderBy(desc(deliveries.messageId))
      .limit(of.limit)
      .all(),
  /** Oldest first, with `after < id <= upTo`, from `from` on. */
  messagesAfter: async (of: {
    merchantId: string;
    from: string;
    after: string;
    upTo: string;
    limit: number;
  }): Promise<DeliveryRow[]> =>
    db
      .select()
      .from(deliveries)
      .where(
        and(
          eq(deliveries.merchantId, of.merchantId),
          messageDead,
          gt(deliveries.messageId, of.after),
          gte(deliveries.messageId, of.from),
          lte(deliveries.messageId, of.upTo),
        ),
      )
      .orderBy(asc(deliveries.messageId))
      .limit(of.limit)
      .all(),
  messagesByIds: async (merchantId: string, ids: string[]): Promise<DeliveryRow[]> =>
    ids.length
      ? db
          .select()
          .from(deliveries)
          .where(and(eq(deliveries.merchantId, merchantId), inArray(deliveries.messageId, ids)))
          .orderBy(asc(deliveries.messageId))
          .all()
      : [],
});
