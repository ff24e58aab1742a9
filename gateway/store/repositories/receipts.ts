import { and, asc, desc, eq, inArray, lt, lte } from 'drizzle-orm';
import type { DeliveryState } from '../../../protocol/delivery.ts';
import type { EarlyReceiptRow, MessageRow, SentPartRow } from '../rows.ts';
import { deliveries, earlyReceipts, messages, sentParts } from '../schema.ts';
import type { Db } from '../db.ts';

export const receiptRepository = (db: Db) => ({
  /** A platform that gives the same id twice keeps its first meaning. */
  insertPart: async (row: SentPartRow): Promise<void> =>
    void db.insert(sentParts).values(row).onConflictDoNothing().run(),
  partByProvider: async (accountId: string, providerIds: string[]): Promise<SentPartRow | undefined> =>
    db
      .select()
      .from(sentParts)
      .where(and(eq(sentParts.accountId, accountId), inArray(sentParts.providerId, providerIds)))
      .limit(1)
      .get(),
  partsOf: async (messageId: string): Promise<SentPartRow[]> =>
    db.select().from(sentParts).where(eq(sentParts.messageId, messageId)).orderBy(asc(sentParts.part)).all(),
  updatePart: async (accountId: string, providerId: string, state: DeliveryState): Promise<void> =>
    void db
      .update(sentParts)
      .set({ state })
      .where(and(eq(sentParts.accountId, accountId), eq(sentParts.providerId, providerId)))
      .run(),
  /** Parts sent to an address up to a time and not yet read, newest first. */
  unreadParts: async (
    accountId: string,
    address: string,
    upToMs: number,
    limit: number,
  ): Promise<SentPartRow[]> =>
    db
      .select({
        accountId: sentParts.accountId,
        providerId: sentParts.providerId,
        messageId: sentParts.messageId,
        part: sentParts.part,
        state: sentParts.state,
      })
      .from(sentParts)
      .innerJoin(messages, eq(messages.id, sentParts.messageId))
      .innerJoin(deliveries, eq(deliveries.messageId, sentParts.messageId))
      .where(
        and(
          eq(sentParts.accountId, accountId),
          eq(messages.address, address),
          lte(messages.createdAt, upToMs),
          inArray(sentParts.state, ['sent', 'delivered']),
        ),
      )
      .orderBy(desc(messages.sequence))
      .limit(limit)
      .all(),

  insertEarly: async (row: Omit<EarlyReceiptRow, 'id'>): Promise<void> =>
    void db.insert(earlyReceipts).values(row).run(),
  takeEarly: async (accountId: string, providerIds: string[]): Promise<EarlyReceiptRow[]> =>
    providerIds.length
      ? db
          .delete(earlyReceipts)
          .where(and(eq(earlyReceipts.accountId, accountId), inArray(earlyReceipts.providerId, providerIds)))
          .returning()
          .all()
      : [],
  sweepEarly: async (before: number): Promise<void> =>
    void db.delete(earlyReceipts).where(lt(earlyReceipts.at, before)).run(),

  /** Provider ids of earlier messages with an address, oldest first: what a mail thread refers to. */
  threadIds: async (
    message: Pick<MessageRow, 'conversationId' | 'accountId' | 'address' | 'sequence'>,
    limit: number,
  ): Promise<string[]> =>
    db
      .select({ inbound: messages.providerId, outbound: sentParts.providerId })
      .from(messages)
      .leftJoin(sentParts, eq(sentParts.messageId, messages.id))
      .where(
        and(
          eq(messages.conversationId, message.conversationId),
          lt(messages.sequence, message.sequence),
          eq(messages.accountId, message.accountId),
          eq(messages.address, message.address),
        ),
      )
      .orderBy(desc(messages.sequence))
      .limit(limit)
      .all()
      .flatMap((row) => row.inbound ?? row.outbound ?? [])
      .toReversed(),
});
