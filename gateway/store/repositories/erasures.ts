import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { ErasureRow, EventRow, IdempotencyRow, MessageRow, SuppressionRow } from '../rows.ts';
import {
  addresses,
  attempts,
  consumers,
  conversations,
  erasures,
  events,
  idempotency,
  messages,
  sentParts,
  suppressions,
} from '../schema.ts';
import type { Db } from '../db.ts';
import { cell, finder } from './statement.ts';

export const erasureRepository = (db: Db) => {
  const suppression = finder(
    db,
    suppressions,
    db
      .select()
      .from(suppressions)
      .where(
        and(
          eq(suppressions.merchantId, sql.placeholder('merchantId')),
          eq(suppressions.hash, sql.placeholder('hash')),
        ),
      ),
  );
  const anySuppression = cell<number>(
    db,
    db
      .select({ one: sql<number>`1` })
      .from(suppressions)
      .where(eq(suppressions.merchantId, sql.placeholder('merchantId')))
      .limit(1),
  );
  return {
    /** Begins anew where one was done before. */
    put: async (row: ErasureRow): Promise<void> =>
      void db
        .insert(erasures)
        .values(row)
        .onConflictDoUpdate({ target: erasures.consumerId, set: { state: row.state, endedAt: row.endedAt } })
        .run(),
    byConsumer: async (consumerId: string): Promise<ErasureRow | undefined> =>
      db.select().from(erasures).where(eq(erasures.consumerId, consumerId)).get(),
    running: async (limit: number): Promise<ErasureRow[]> =>
      db
        .select()
        .from(erasures)
        .where(sql`state = 'running'`)
        .limit(limit)
        .all(),
    countMessages: async (consumerId: string, by: number): Promise<void> =>
      void db
        .update(erasures)
        .set({ messages: sql`${erasures.messages} + ${by}` })
        .where(eq(erasures.consumerId, consumerId))
        .run(),
    end: async (consumerId: string, now: number): Promise<void> =>
      void db
        .update(erasures)
        .set({ state: 'done', endedAt: now })
        .where(eq(erasures.consumerId, consumerId))
        .run(),

    /** Whether a merchant has any at all. */
    hasSuppressions: async (merchantId: string): Promise<boolean> =>
      anySuppression({ merchantId }) !== undefined,
    suppression: async (merchantId: string, hash: string): Promise<SuppressionRow | undefined> =>
      suppression.get({ merchantId, hash }),
    suppress: async (row: SuppressionRow): Promise<void> =>
      void db
        .insert(suppressions)
        .values(row)
        .onConflictDoUpdate({
          target: [suppressions.merchantId, suppressions.hash],
          set: { optedOut: row.optedOut, at: row.at },
        })
        .run(),
    liftSuppression: async (merchantId: string, hash: string): Promise<void> =>
      void db
        .delete(suppressions)
        .where(and(eq(suppressions.merchantId, merchantId), eq(suppressions.hash, hash)))
        .run(),

    /** Those who were linked into a consumer. */
    mergedInto: async (consumerId: string): Promise<string[]> =>
      db
        .select({ id: consumers.id })
        .from(consumers)
        .where(eq(consumers.mergedInto, consumerId))
        .orderBy(asc(consumers.id))
        .all()
        .map(({ id }) => id),
    removeAddresses: async (consumerId: string): Promise<void> =>
      void db.delete(addresses).where(eq(addresses.consumerId, consumerId)).run(),
    clearConversation: async (id: string): Promise<void> =>
      void db
        .update(conversations)
        .set({ subject: null, lastAddress: null, lastAccountId: null })
        .where(eq(conversations.id, id))
        .run(),
    /** Of a conversation, oldest first, behind a sequence. */
    messagesAfter: async (conversationId: string, after: number, limit: number): Promise<MessageRow[]> =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.conversationId, conversationId), gt(messages.sequence, after)))
        .orderBy(asc(messages.sequence))
        .limit(limit)
        .all(),
    /** Events of a conversation that are about no message, in their order, behind a place. */
    eventsAfter: async (conversationId: string, after: number, limit: number): Promise<EventRow[]> =>
      db
        .select()
        .from(events)
        .where(and(eq(events.conversationId, conversationId), sql`message_id is null`, gt(events.seq, after)))
        .orderBy(asc(events.seq))
        .limit(limit)
        .all(),
    /** Ids that platforms gave may hold an address: none is left of a message. */
    forgetProviderIds: async (messageId: string): Promise<void> => {
      db.update(attempts).set({ detail: null }).where(eq(attempts.messageId, messageId)).run();
      db.update(sentParts)
        .set({
          providerId: sql`'erased:' || ${sentParts.messageId} || ':' || ${sentParts.part} || ':' || rowid`,
        })
        .where(eq(sentParts.messageId, messageId))
        .run();
    },
    /** Stored responses of a merchant, in the order of their key, behind one. */
    responsesAfter: async (
      merchantId: string,
      after: { route: string; key: string },
      limit: number,
    ): Promise<IdempotencyRow[]> =>
      db
        .select()
        .from(idempotency)
        .where(
          and(
            eq(idempotency.merchantId, merchantId),
            sql`(${idempotency.route}, ${idempotency.key}) > (${after.route}, ${after.key})`,
          ),
        )
        .orderBy(asc(idempotency.route), asc(idempotency.key))
        .limit(limit)
        .all(),
    setResponse: async (
      { merchantId, route, key }: Pick<IdempotencyRow, 'merchantId' | 'route' | 'key'>,
      response: string,
    ): Promise<void> =>
      void db
        .update(idempotency)
        .set({ response })
        .where(
          and(eq(idempotency.merchantId, merchantId), eq(idempotency.route, route), eq(idempotency.key, key)),
        )
        .run(),
  };
};
