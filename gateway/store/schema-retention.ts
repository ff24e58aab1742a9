import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { EventType } from '../../protocol/events.ts';

/** What is sent once more, what is removed in time, and who was erased. Times are Unix milliseconds. */
const at = (name: string) => integer(name).notNull();

/** What a replay is asked to send again. No content. */
export type ReplayScope =
  | {
      of: 'events';
      /** Given up only, or also what was delivered and what was never tried. */
      only: 'dead' | 'all';
      types?: EventType[];
      /** Events of the ledger by their place; left out: all from `sinceMs` on. */
      places?: number[];
      sinceMs?: number;
      /** The last place that was there when it was asked for. */
      upTo: number;
    }
  | {
      of: 'messages';
      ids?: string[];
      /** Accepted from this time on. */
      sinceMs?: number;
      /** The id that ends the range. */
      upTo: string;
      codes?: string[];
      /** Also what may have arrived. */
      force: boolean;
    };

export type ReplayState = 'counting' | 'running' | 'done' | 'cancelled' | 'failed';

export const replays = sqliteTable(
  'replays',
  {
    id: text().primaryKey(),
    merchantId: text('merchant_id').notNull(),
    /** Of events: where they go. */
    endpointId: text('endpoint_id'),
    scope: text({ mode: 'json' }).$type<ReplayScope>().notNull(),
    state: text().$type<ReplayState>().notNull(),
    /** Why it failed. */
    reason: text(),
    /** Everything up to here is done: a place of the ledger, or a message's id. */
    cursor: text().notNull(),
    /** null until it is counted. */
    total: integer(),
    done: integer().notNull(),
    failed: integer().notNull(),
    skipped: integer().notNull(),
    createdAt: at('created_at'),
    endedAt: integer('ended_at'),
  },
  (table) => [
    index('replays_merchant').on(table.merchantId, table.id),
    index('replays_unfinished')
      .on(table.id)
      .where(sql`state in ('counting', 'running')`),
  ],
);

/** What a replay has done behind its cursor: after a crash it is not done again. */
export const replayMarks = sqliteTable(
  'replay_marks',
  { replayId: text('replay_id').notNull(), place: integer().notNull() },
  (table) => [primaryKey({ columns: [table.replayId, table.place] })],
);

/** Dead messages that were sent anew: at most once each. */
export const resends = sqliteTable('resends', {
  messageId: text('message_id').primaryKey(),
  resentAs: text('resent_as').notNull(),
});

/** How many days a merchant's things are kept; null: for good. No row: the defaults. */
export const retention = sqliteTable('retention', {
  merchantId: text('merchant_id').primaryKey(),
  contentDays: integer('content_days'),
  eventDays: integer('event_days'),
  mediaDays: integer('media_days'),
});

/** How far what is too old has been removed, of each merchant. */
export const retentionMarks = sqliteTable(
  'retention_marks',
  {
    merchantId: text('merchant_id').notNull(),
    what: text({ enum: ['content', 'events', 'media'] }).notNull(),
    place: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.merchantId, table.what] })],
);

/** Which uploads went to whom: one that nobody else was sent goes with the consumer. */
export const mediaUses = sqliteTable(
  'media_uses',
  {
    mediaId: text('media_id').notNull(),
    consumerId: text('consumer_id').notNull(),
    lastAt: at('last_at'),
  },
  (table) => [
    primaryKey({ columns: [table.mediaId, table.consumerId] }),
    index('media_uses_consumer').on(table.consumerId),
  ],
);

/** Bytes whose item is gone: removed from the disk once no other item names them. */
export const unwantedBlobs = sqliteTable('unwanted_blobs', {
  sha256: text().primaryKey(),
  at: at('at'),
});

export const erasures = sqliteTable(
  'erasures',
  {
    consumerId: text('consumer_id').primaryKey(),
    merchantId: text('merchant_id').notNull(),
    state: text({ enum: ['running', 'done'] }).notNull(),
    /** Messages whose content went with it. */
    messages: integer().notNull(),
    createdAt: at('created_at'),
    endedAt: integer('ended_at'),
  },
  (table) => [
    index('erasures_running')
      .on(table.consumerId)
      .where(sql`state = 'running'`),
  ],
);

/** Addresses of people who were erased, as keyed hashes, so that nobody writes to them again by accident. */
export const suppressions = sqliteTable(
  'suppressions',
  {
    merchantId: text('merchant_id').notNull(),
    hash: text().notNull(),
    /** They had opted out: to write in does not lift that. */
    optedOut: integer('opted_out', { mode: 'boolean' }).notNull(),
    at: at('at'),
  },
  (table) => [primaryKey({ columns: [table.merchantId, table.hash] })],
);
