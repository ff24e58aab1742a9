import { and, desc, eq, sql } from 'drizzle-orm';
import type { MessageRow, PaymentRow } from '../rows.ts';
import { messages, payments } from '../schema.ts';
import type { Db } from '../db.ts';

export const paymentRepository = (db: Db) => ({
  byProvider: async (accountId: string, providerId: string): Promise<PaymentRow | undefined> =>
    db
      .select()
      .from(payments)
      .where(and(eq(payments.accountId, accountId), eq(payments.providerId, providerId)))
      .get(),
  /** Writes down how a payment stands now. */
  put: async (row: PaymentRow): Promise<void> =>
    void db
      .insert(payments)
      .values(row)
      .onConflictDoUpdate({
        target: [payments.accountId, payments.providerId],
        set: { state: row.state, updatedAt: row.updatedAt },
      })
      .run(),
  /** The newest payment request of a conversation with this reference. */
  request: async (conversationId: string, reference: string): Promise<MessageRow | undefined> =>
    db
      .select()
      .from(messages)
      .where(
        and(
          eq(messages.conversationId, conversationId),
          eq(messages.direction, 'outbound'),
          sql`${messages.content} ->> '$.kind' = 'payment_request'`,
          sql`${messages.content} ->> '$.reference' = ${reference}`,
        ),
      )
      .orderBy(desc(messages.sequence))
      .limit(1)
      .get(),
});
