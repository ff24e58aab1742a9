import { and, asc, desc, eq, getTableColumns, inArray, lt, lte, sql } from 'drizzle-orm';
import type { DeliveryState } from '../../../protocol/delivery.ts';
import type { EarlyReceiptRow, MessageRow, SentPartRow } from '../rows.ts';
import { earlyReceipts, messages, sentParts } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter, key, updater } from './prepared.ts';
import { cell, finder, runner } from './statement.ts';

const hole = sql.placeholder;

export const receiptRepository = (db: Db) => {
  const insertPart = runner(
    db,
    db
      .insert(sentParts)
      .values({
        accountId: hole('accountId'),
        providerId: hole('providerId'),
        messageId: hole('messageId'),
        part: hole('part'),
        state: hole('state'),
      })
      .onConflictDoNothing(),
  );
  const partByProvider = finder(
    db,
    sentParts,
    db
      .select()
      .from(sentParts)
      .where(and(eq(sentParts.accountId, hole('accountId')), eq(sentParts.providerId, hole('providerId')))),
  );
  const partsOf = finder(
    db,
    sentParts,
    db
      .select()
      .from(sentParts)
      .where(eq(sentParts.messageId, hole('messageId')))
      .orderBy(asc(sentParts.part)),
  );
  const updatePart = updater(
    db,
    sentParts,
    and(eq(sentParts.accountId, key('accountId')), eq(sentParts.providerId, key('providerId'))),
  );
  const early = cell<number>(
    db,
    db
      .select({ id: earlyReceipts.id })
      .from(earlyReceipts)
      .where(
        and(eq(earlyReceipts.accountId, hole('accountId')), eq(earlyReceipts.providerId, hole('providerId'))),
      )
      .limit(1),
  );
  const insertEarly = inserter(db, earlyReceipts);
  const newest = db
    .select({
      id: messages.id,
      sequence: messages.sequence,
      address: messages.address,
      createdAt: messages.createdAt,
    })
    .from(messages)
    .where(and(eq(messages.conversationId, hole('conversationId')), sql`direction = 'outbound'`))
    .orderBy(desc(messages.sequence))
    .limit(hole('messages'))
    .as('newest');
  const unreadParts = finder(
    db,
    sentParts,
    db
      .select(getTableColumns(sentParts))
      .from(newest)
      .innerJoin(sentParts, eq(sentParts.messageId, newest.id))
      .where(
        and(
          eq(newest.address, hole('address')),
          lte(newest.createdAt, hole('upToMs')),
          // by the message, of which there is one row: by the account there are all that it ever sent
          sql`+${sentParts.accountId} = ${hole('accountId')}`,
          inArray(sentParts.state, ['sent', 'delivered']),
        ),
      )
      .orderBy(desc(newest.sequence)),
  );
  return {
    /** A platform that gives the same id twice keeps its first meaning. */
    insertPart: async (row: SentPartRow): Promise<void> => void insertPart(row),
    /** The first part that bears one of these ids. */
    partByProvider: async (accountId: string, providerIds: string[]): Promise<SentPartRow | undefined> => {
      for (const providerId of providerIds) {
        const found = partByProvider.get({ accountId, providerId });
        if (found) return found;
      }
      return undefined;
    },
    partsOf: async (messageId: string): Promise<SentPartRow[]> => partsOf.all({ messageId }),
    updatePart: async (accountId: string, providerId: string, state: DeliveryState): Promise<void> =>
      void updatePart({ state }, { accountId, providerId }),
    /**
     * Parts sent to an address up to a time and not yet read, newest first: of so many outbound messages of the conversation, the newest,
     * whatever else there is at the account.
     */
    unreadParts: async (of: {
      conversationId: string;
      accountId: string;
      address: string;
      upToMs: number;
      messages: number;
    }): Promise<SentPartRow[]> => unreadParts.all(of),

    insertEarly: async (row: Omit<EarlyReceiptRow, 'id'>): Promise<void> => insertEarly(row),
    takeEarly: async (accountId: string, providerIds: string[]): Promise<EarlyReceiptRow[]> =>
      // there hardly ever is one: most sends pay for a look alone
      providerIds.some((providerId) => early({ accountId, providerId }) !== undefined)
        ? db
            .delete(earlyReceipts)
            .where(
              and(eq(earlyReceipts.accountId, accountId), inArray(earlyReceipts.providerId, providerIds)),
            )
            .returning()
            .all()
        : [],
    /** Forgets so many of those that came before a time, from the oldest on; gives how many. */
    sweepEarly: async (before: number, limit: number): Promise<number> =>
      db
        .delete(earlyReceipts)
        .where(
          sql`id in (select id from (select id, at from early_receipts order by id limit ${limit}) where at < ${before})`,
        )
        .run().changes,

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
  };
};
