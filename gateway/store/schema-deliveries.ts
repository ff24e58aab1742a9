import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { DeliveryState } from '../../protocol/delivery.ts';
import type { Failure } from '../../protocol/failures.ts';

/** Deliveries, what was tried for them, and what platforms say of them. Times are Unix milliseconds. */
const at = (name: string) => integer(name).notNull();

export const deliveries = sqliteTable(
  'deliveries',
  {
    messageId: text('message_id').primaryKey(),
    merchantId: text('merchant_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    sequence: integer().notNull(),
    accountId: text('account_id').notNull(),
    state: text().$type<DeliveryState>().notNull(),
    failure: text({ mode: 'json' }).$type<Failure>(),
    /** Parts already taken by the platform; the next attempt begins here. */
    partsSent: integer('parts_sent').notNull(),
    partCount: integer('part_count').notNull(),
    attempts: integer().notNull(),
    /** An attempt has begun and its outcome isn't written, or is unknown and asked about: after a crash it is uncertain. */
    inFlight: integer('in_flight', { mode: 'boolean' }).notNull(),
    /** When the last attempt began; null before the first. */
    attemptedAt: integer('attempted_at'),
    /** It is not known how an attempt at the part that is next ended: it may have gone out, and a repeat is to say. */
    doubtful: integer({ mode: 'boolean' }).notNull().default(false),
    nextAttemptAt: integer('next_attempt_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    updatedAt: at('updated_at'),
    /** Goes after what is normal at its account. */
    bulk: integer({ mode: 'boolean' }).notNull().default(false),
    /** Its hour has not come: it has no place in its lane yet and holds up nobody. When it comes, it takes its sequence anew. */
    scheduled: integer({ mode: 'boolean' }).notNull().default(false),
    /** Why its account takes nothing now, said once in the trace; gone with the next attempt. */
    hold: text().$type<'breaker_open' | 'throttled'>(),
  },
  (table) => [
    index('deliveries_lane')
      .on(table.conversationId, table.sequence)
      .where(sql`state = 'queued' and scheduled = 0`),
    index('deliveries_due')
      .on(table.accountId, table.bulk, table.nextAttemptAt, table.messageId)
      .where(sql`state = 'queued' and scheduled = 0`),
    index('deliveries_scheduled')
      .on(table.nextAttemptAt)
      .where(sql`state = 'queued' and scheduled = 1`),
    index('deliveries_expiry')
      .on(table.expiresAt)
      .where(sql`state = 'queued'`),
    index('deliveries_uncertain')
      .on(table.nextAttemptAt)
      .where(sql`state = 'uncertain'`),
    index('deliveries_dead')
      .on(table.messageId)
      .where(sql`state in ('failed', 'expired')`),
    index('deliveries_dead_merchant')
      .on(table.merchantId, table.messageId)
      .where(sql`state in ('failed', 'expired')`),
  ],
);

/** Attempts that have ended. One that runs is told by its delivery, so that a send is two writes and not three. */
export const attempts = sqliteTable(
  'attempts',
  {
    messageId: text('message_id').notNull(),
    number: integer().notNull(),
    part: integer().notNull(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
    outcome: text({ enum: ['sent', 'rejected', 'throttled', 'uncertain'] }).notNull(),
    detail: text({ mode: 'json' }).$type<Record<string, unknown>>(),
  },
  (table) => [primaryKey({ columns: [table.messageId, table.number] })],
);

/** Which platform message carries which part. */
export const sentParts = sqliteTable(
  'sent_parts',
  {
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    messageId: text('message_id').notNull(),
    part: integer().notNull(),
    state: text().$type<DeliveryState>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.providerId] }),
    index('sent_parts_message').on(table.messageId),
  ],
);

/** Receipts that came before the answer to their send. Matched when that lands; swept after a week. */
export const earlyReceipts = sqliteTable(
  'early_receipts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    state: text({ enum: ['sent', 'delivered', 'read', 'failed'] }).notNull(),
    failure: text({ mode: 'json' }).$type<Failure>(),
    at: at('at'),
  },
  (table) => [index('early_receipts_provider').on(table.accountId, table.providerId)],
);
