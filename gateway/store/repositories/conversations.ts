import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, notExists, or, sql } from 'drizzle-orm';
import type { ConversationRow, QuestionRow } from '../rows.ts';
import { consumers, conversations, deliveries, messages, questions } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter, key, updater } from './prepared.ts';
import { finder } from './statement.ts';

export const conversationRepository = (db: Db) => {
  const ofPair = finder(
    db,
    conversations,
    db
      .select()
      .from(conversations)
      .where(
        and(
          eq(conversations.merchantId, sql.placeholder('merchantId')),
          eq(conversations.consumerId, sql.placeholder('consumerId')),
        ),
      ),
  );
  const byId = finder(
    db,
    conversations,
    db
      .select()
      .from(conversations)
      .where(eq(conversations.id, sql.placeholder('id'))),
  );
  const insert = inserter(db, conversations);
  const update = updater(db, conversations, eq(conversations.id, key('id')));
  const openQuestions = finder(
    db,
    questions,
    db
      .select()
      .from(questions)
      .where(
        and(
          eq(questions.conversationId, sql.placeholder('conversationId')),
          gt(questions.expiresAt, sql.placeholder('now')),
          isNull(questions.answeredAt),
        ),
      )
      .orderBy(desc(questions.messageId))
      .limit(10),
  );
  const insertQuestion = inserter(db, questions);
  return {
    insert: async (row: ConversationRow): Promise<void> => insert(row),
    byId: async (id: string): Promise<ConversationRow | undefined> => byId.get({ id }),
    ofPair: async (merchantId: string, consumerId: string): Promise<ConversationRow | undefined> =>
      ofPair.get({ merchantId, consumerId }),
    /** Newest first, without those that were merged into another; `before` is the pair of the last row of the page before. */
    of: async (
      merchantId: string,
      before: { updatedAt: number; id: string } | undefined,
      limit: number,
    ): Promise<ConversationRow[]> =>
      db
        .select()
        .from(conversations)
        .where(
          and(
            eq(conversations.merchantId, merchantId),
            notExists(
              db
                .select({ id: consumers.id })
                .from(consumers)
                .where(and(eq(consumers.id, conversations.consumerId), isNotNull(consumers.mergedInto))),
            ),
            before &&
              or(
                lt(conversations.updatedAt, before.updatedAt),
                and(eq(conversations.updatedAt, before.updatedAt), lt(conversations.id, before.id)),
              ),
          ),
        )
        .orderBy(desc(conversations.updatedAt), desc(conversations.id))
        .limit(limit)
        .all(),
    update: async (
      id: string,
      change: Partial<
        Pick<ConversationRow, 'lastSequence' | 'lastAddress' | 'lastAccountId' | 'subject' | 'updatedAt'>
      >,
    ): Promise<void> => void update(change, { id }),
    /** Gives a conversation, with its messages, to another consumer. */
    reassign: async (id: string, consumerId: string): Promise<void> => {
      db.update(conversations).set({ consumerId }).where(eq(conversations.id, id)).run();
      db.update(messages).set({ consumerId }).where(eq(messages.conversationId, id)).run();
    },
    /** Puts the messages of one conversation behind those of another, in their order, and removes the first. */
    merge: async (from: ConversationRow, into: ConversationRow): Promise<void> => {
      const shift = into.lastSequence;
      // before their messages, by which they are found: what is not in a lane any more has no index of its conversation
      db.update(deliveries)
        .set({ conversationId: into.id, sequence: sql`sequence + ${shift}` })
        .where(
          inArray(
            deliveries.messageId,
            db.select({ id: messages.id }).from(messages).where(eq(messages.conversationId, from.id)),
          ),
        )
        .run();
      db.update(messages)
        .set({ conversationId: into.id, consumerId: into.consumerId, sequence: sql`sequence + ${shift}` })
        .where(eq(messages.conversationId, from.id))
        .run();
      db.update(questions)
        .set({ conversationId: into.id })
        .where(eq(questions.conversationId, from.id))
        .run();
      db.delete(conversations).where(eq(conversations.id, from.id)).run();
    },

    insertQuestion: async (row: QuestionRow): Promise<void> => insertQuestion(row),
    /** Questions that wait for an answer, the newest first, at most 10. */
    openQuestions: async (conversationId: string, now: number): Promise<QuestionRow[]> =>
      openQuestions.all({ conversationId, now }),
    question: async (messageId: string): Promise<QuestionRow | undefined> =>
      db.select().from(questions).where(eq(questions.messageId, messageId)).get(),
    answerQuestion: async (messageId: string, now: number): Promise<void> =>
      void db.update(questions).set({ answeredAt: now }).where(eq(questions.messageId, messageId)).run(),
  };
};
