import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { MessageRow } from '../rows.ts';
import { messages } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter } from './prepared.ts';
import { finder } from './statement.ts';

export const messageRepository = (db: Db) => {
  const byProvider = finder(
    db,
    messages,
    db
      .select()
      .from(messages)
      .where(
        and(
          eq(messages.accountId, sql.placeholder('accountId')),
          eq(messages.providerId, sql.placeholder('providerId')),
        ),
      ),
  );
  const byId = finder(
    db,
    messages,
    db
      .select()
      .from(messages)
      .where(eq(messages.id, sql.placeholder('id'))),
  );
  const insert = inserter(db, messages);
  return {
    insert: async (row: MessageRow): Promise<void> => insert(row),
    /** Of a scheduled message: its place in the conversation is where it is when its hour comes. */
    takePlace: async (id: string, sequence: number): Promise<void> =>
      void db.update(messages).set({ sequence }).where(eq(messages.id, id)).run(),
    byId: async (id: string): Promise<MessageRow | undefined> => byId.get({ id }),
    byProvider: async (accountId: string, providerId: string): Promise<MessageRow | undefined> =>
      byProvider.get({ accountId, providerId }),
    /** Newest first, with `sequence < before`. */
    ofConversation: async (conversationId: string, before: number, limit: number): Promise<MessageRow[]> =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.conversationId, conversationId), lt(messages.sequence, before)))
        .orderBy(desc(messages.sequence))
        .limit(limit)
        .all(),
    /** Newest first, with `id < before`. */
    of: async (merchantId: string, before: string, limit: number): Promise<MessageRow[]> =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.merchantId, merchantId), lt(messages.id, before)))
        .orderBy(desc(messages.id))
        .limit(limit)
        .all(),
    /** Oldest first, of one address on one account, without what waits for its hour: that is no part of the thread yet. */
    thread: async (
      conversationId: string,
      accountId: string,
      address: string,
      after: number,
      limit: number,
    ): Promise<MessageRow[]> =>
      db
        .select()
        .from(messages)
        .where(
          and(
            eq(messages.conversationId, conversationId),
            gt(messages.sequence, after),
            eq(messages.accountId, accountId),
            eq(messages.address, address),
            sql`not exists (select 1 from deliveries where message_id = ${messages.id} and state = 'queued' and scheduled = 1)`,
          ),
        )
        .orderBy(asc(messages.sequence))
        .limit(limit)
        .all(),
  };
};
