import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Answer } from '../../protocol/messages.ts';
import type { Content } from '../../protocol/content.ts';
import type { PaymentState } from '../../protocol/payments.ts';
import type { Question } from '../../protocol/adapt/index.ts';

export * from './schema-accounts.ts';
export * from './schema-deliveries.ts';
export * from './schema-retention.ts';
export * from './schema-routing.ts';

/** Times are Unix milliseconds. Ids are time-ordered, so that inserts go to the end of their index. */
const at = (name: string) => integer(name).notNull();

export const merchants = sqliteTable('merchants', {
  id: text().primaryKey(),
  name: text().notNull(),
  createdAt: at('created_at'),
});

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    /** SHA-256 of the whole key; the key itself is shown once. */
    hash: text().notNull(),
    /** What may be shown: `live_…` and its first letters. */
    prefix: text().notNull(),
    mode: text({ enum: ['test', 'live'] }).notNull(),
    name: text().notNull(),
    createdAt: at('created_at'),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
  },
  (table) => [uniqueIndex('api_keys_hash').on(table.hash), index('api_keys_merchant').on(table.merchantId)],
);

export const accounts = sqliteTable(
  'accounts',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    connector: text().notNull(),
    channel: text().notNull(),
    name: text().notNull(),
    test: integer({ mode: 'boolean' }).notNull(),
    config: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    /** AES-256-GCM, bound to merchant, account and field. */
    credentials: blob({ mode: 'buffer' }).notNull(),
    state: text({ enum: ['active', 'disabled'] }).notNull(),
    createdAt: at('created_at'),
  },
  (table) => [index('accounts_merchant').on(table.merchantId)],
);

export const consumers = sqliteTable(
  'consumers',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    name: text(),
    language: text(),
    createdAt: at('created_at'),
    /** Set when this one was linked into another. */
    mergedInto: text('merged_into'),
    /** Where they want to be written to. */
    preferredChannel: text('preferred_channel'),
  },
  (table) => [
    index('consumers_merchant').on(table.merchantId, table.id),
    index('consumers_merged')
      .on(table.mergedInto)
      .where(sql`merged_into is not null`),
  ],
);

/** How a consumer opted out, for the trace of what is suppressed. `statement`: the platform's own name for it. */
export interface OptedOutBy {
  via: 'message' | 'link' | 'platform';
  accountId?: string;
  messageId?: string;
  statement?: string;
}

export const addresses = sqliteTable(
  'addresses',
  {
    merchantId: text('merchant_id').notNull(),
    address: text().notNull(),
    consumerId: text('consumer_id').notNull(),
    channel: text().notNull(),
    accountId: text('account_id').notNull(),
    optedOutAt: integer('opted_out_at'),
    /** How they opted out; nothing where they didn't. */
    optedOutBy: text('opted_out_by', { mode: 'json' }).$type<OptedOutBy>(),
    /** Promotional messages only: refused by the platform's own means. */
    promotionsRefused: text('promotions_refused', { mode: 'json' }).$type<OptedOutBy & { at: number }>(),
    lastInboundAt: integer('last_inbound_at'),
    createdAt: at('created_at'),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.address] }),
    index('addresses_consumer').on(table.consumerId),
  ],
);

export const conversations = sqliteTable(
  'conversations',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    consumerId: text('consumer_id').notNull(),
    lastSequence: integer('last_sequence').notNull(),
    /** Where the consumer was last: the default for an answer. */
    lastAddress: text('last_address'),
    lastAccountId: text('last_account_id'),
    subject: text(),
    createdAt: at('created_at'),
    updatedAt: at('updated_at'),
  },
  (table) => [
    uniqueIndex('conversations_pair').on(table.merchantId, table.consumerId),
    index('conversations_recent').on(table.merchantId, table.updatedAt),
  ],
);

/** What a message carries besides its content. */
export interface MessageExtras {
  replyTo?: string;
  answer?: Answer;
  openQuestion?: boolean;
  postback?: { payload: string; title?: string };
  referral?: { source: string; ref?: string; url?: string; headline?: string };
  automatic?: boolean;
  metadata?: Record<string, string>;
  /** Left out: transactional. */
  purpose?: 'promotional';
  /** What the gateway's own words were said in, at the send and at every attempt after. */
  language?: string;
  /** The merchant asked for the GSM alphabet where a channel counts by it. */
  transliterate?: boolean;
  /** The form whose next question this is. */
  continues?: string;
  /** The dead message that this one sends anew. */
  resends?: string;
  /** The message whose chain of fallbacks this one is a way of: itself, or the one that was sent first. */
  chain?: string;
  /** Its content was removed: when, and what kind it had been. */
  removed?: { atMs: number; kind: string };
}

export const messages = sqliteTable(
  'messages',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    consumerId: text('consumer_id').notNull(),
    sequence: integer().notNull(),
    direction: text({ enum: ['inbound', 'outbound'] }).notNull(),
    accountId: text('account_id').notNull(),
    channel: text().notNull(),
    address: text().notNull(),
    content: text({ mode: 'json' }).$type<Content>().notNull(),
    extras: text({ mode: 'json' }).$type<MessageExtras>(),
    /** Outbound only: how its way was found and what it became there, for the trace; JSON, read by nothing else. No content. */
    routed: text(),
    /** Inbound only: the platform's id, unique per account: the authority on repeats (invariant 2). */
    providerId: text('provider_id'),
    test: integer({ mode: 'boolean' }).notNull(),
    traceparent: text(),
    occurredAt: integer('occurred_at'),
    createdAt: at('created_at'),
  },
  (table) => [
    uniqueIndex('messages_order').on(table.conversationId, table.sequence),
    uniqueIndex('messages_provider')
      .on(table.accountId, table.providerId)
      .where(sql`provider_id is not null`),
  ],
);

export const questions = sqliteTable(
  'questions',
  {
    messageId: text('message_id').primaryKey(),
    conversationId: text('conversation_id').notNull(),
    question: text({ mode: 'json' }).$type<Question>().notNull(),
    expiresAt: integer('expires_at').notNull(),
    answeredAt: integer('answered_at'),
  },
  (table) => [index('questions_open').on(table.conversationId, table.expiresAt)],
);

/** How payments asked for in threads stand, by the platform's id. */
export const payments = sqliteTable(
  'payments',
  {
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    state: text().$type<PaymentState>().notNull(),
    updatedAt: at('updated_at'),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.providerId] })],
);

export const events = sqliteTable(
  'events',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull(),
    merchantId: text('merchant_id').notNull(),
    conversationId: text('conversation_id'),
    messageId: text('message_id'),
    type: text().notNull(),
    subject: text().notNull(),
    /** The envelope exactly as it goes out, on NATS, on webhooks and on the event stream alike. */
    envelope: text().notNull(),
    at: at('at'),
    /** Its content was removed: what is left of the envelope are facts, and nobody is told it any more. */
    removedAt: integer('removed_at'),
  },
  (table) => [
    index('events_merchant').on(table.merchantId, table.seq),
    index('events_message').on(table.messageId),
    index('events_conversation')
      .on(table.conversationId)
      .where(sql`message_id is null`),
  ],
);

/** Events that the merchants' webhooks haven't settled yet. What is here is published again after a crash. */
export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer().primaryKey(),
    /** The conversation, or the event's own id: what keeps order. */
    lane: text().notNull(),
  },
  (table) => [index('outbox_lane').on(table.lane, table.seq)],
);

export const endpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    url: text().notNull(),
    /** Event types; null: all. */
    types: text({ mode: 'json' }).$type<string[] | null>(),
    secrets: blob({ mode: 'buffer' }).notNull(),
    state: text({ enum: ['active', 'disabled'] }).notNull(),
    /** Since when every attempt has failed; null while it works. */
    failingSince: integer('failing_since'),
    disabledAt: integer('disabled_at'),
    createdAt: at('created_at'),
  },
  (table) => [index('webhook_endpoints_merchant').on(table.merchantId)],
);

export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    endpointId: text('endpoint_id').notNull(),
    eventSeq: integer('event_seq').notNull(),
    lane: text().notNull(),
    state: text({ enum: ['pending', 'delivered', 'dead'] }).notNull(),
    attempts: integer().notNull(),
    nextAttemptAt: integer('next_attempt_at'),
    lastStatus: integer('last_status'),
    lastReason: text('last_reason'),
    updatedAt: at('updated_at'),
  },
  (table) => [
    uniqueIndex('webhook_deliveries_once').on(table.endpointId, table.eventSeq),
    index('webhook_deliveries_event').on(table.eventSeq),
    index('webhook_deliveries_lane')
      .on(table.endpointId, table.lane, table.eventSeq)
      .where(sql`state = 'pending'`),
    index('webhook_deliveries_due')
      .on(table.nextAttemptAt)
      .where(sql`state = 'pending' and next_attempt_at is not null`),
    index('webhook_deliveries_dead_order')
      .on(table.endpointId, table.eventSeq)
      .where(sql`state = 'dead'`),
    // both also in the order of their rows
    index('webhook_deliveries_dead_endpoint')
      .on(table.endpointId, table.state)
      .where(sql`state = 'dead'`),
    index('webhook_deliveries_dead')
      .on(table.state)
      .where(sql`state = 'dead'`),
  ],
);

export const idempotency = sqliteTable(
  'idempotency_keys',
  {
    merchantId: text('merchant_id').notNull(),
    route: text().notNull(),
    key: text().notNull(),
    bodyHash: text('body_hash').notNull(),
    status: integer().notNull(),
    response: text().notNull(),
    createdAt: at('created_at'),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.route, table.key] }),
    index('idempotency_age').on(table.createdAt),
  ],
);

export const media = sqliteTable(
  'media',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    accountId: text('account_id'),
    messageId: text('message_id'),
    state: text({ enum: ['pending', 'ready', 'failed'] }).notNull(),
    /** The platform's reference, for the connector that made it. */
    reference: text(),
    /** A merchant's address, fetched once under the guard. */
    sourceUrl: text('source_url'),
    mediaType: text('media_type'),
    bytes: integer(),
    sha256: text(),
    name: text(),
    createdAt: at('created_at'),
  },
  (table) => [
    index('media_pending')
      .on(table.state)
      .where(sql`state = 'pending'`),
    index('media_merchant').on(table.merchantId, table.id),
    index('media_message').on(table.messageId),
    index('media_bytes').on(table.sha256),
  ],
);

/** What was considered and decided about a message, in order; attempts and events are told from their own tables. No content. */
export const trace = sqliteTable(
  'trace',
  {
    id: integer().primaryKey(),
    messageId: text('message_id').notNull(),
    at: at('at'),
    step: text().notNull(),
    detail: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index('trace_message').on(table.messageId, table.id)],
);

/** Manifests of connectors in other processes, so that after a restart their accounts work before they register again. */
export const remoteConnectors = sqliteTable('remote_connectors', {
  name: text().primaryKey(),
  manifest: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  updatedAt: at('updated_at'),
});

export const audit = sqliteTable('audit', {
  id: integer().primaryKey({ autoIncrement: true }),
  at: at('at'),
  actor: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
});
