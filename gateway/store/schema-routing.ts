import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Content } from '../../protocol/content.ts';

/** How a merchant's messages are routed, and what happens where a way does not work. Times are Unix milliseconds. */
const at = (name: string) => integer(name).notNull();

/** What a merchant wants unless a send says otherwise. Left out: the gateway's own default. */
export interface RoutingDefaults {
  policy?: string[];
  /** Channels, the most preferred first. */
  prefer?: string[];
  /** What one message costs, by channel or account id; one unit for all. */
  costs?: Record<string, number>;
  /** Every send of the merchant falls back to the policy's next candidates. */
  fallback?: boolean;
}

export const routing = sqliteTable('routing', {
  merchantId: text('merchant_id').primaryKey(),
  defaults: text({ mode: 'json' }).$type<RoutingDefaults>().notNull(),
});

/** What each way is given, before the next one is taken. */
export interface FallbackTerms {
  /** How long the way before has. */
  afterMs: number;
  /** What it has to reach in that time. */
  until: 'sent' | 'delivered' | 'read';
  /** Also where the way before may have worked, and nobody knows. */
  evenIfUncertain?: true;
}

export interface FallbackStep extends FallbackTerms {
  /** An address as its connector writes it, or the id of a consumer or a conversation. */
  to?: string;
  channel?: string;
  /** Instead of the message's own. */
  content?: Content;
}

export interface FallbackPlan {
  steps: FallbackStep[];
  /** When the steps are done: whatever the policy says is next, for as long as there is something. */
  rest?: FallbackTerms;
  route?: { policy?: string[]; channels?: string[]; exclude?: string[] };
  strict?: true;
}

/** One row for each message that may fall back: the timer of its chain, and where the chain stands. */
export const fallbackChains = sqliteTable(
  'fallback_chains',
  {
    /** The message as the merchant sent it. */
    messageId: text('message_id').primaryKey(),
    merchantId: text('merchant_id').notNull(),
    /** Empty once the chain has ended: it holds content and addresses. */
    plan: text({ mode: 'json' }).$type<FallbackPlan>().notNull(),
    /** The messages of the chain in order; the last one is watched. */
    ways: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** Steps that were taken or passed over. */
    step: integer().notNull(),
    /** `taking`: it was decided that the last way does not do; what it sent is being taken back. */
    state: text({ enum: ['watching', 'taking', 'ended'] }).notNull(),
    /** Why it is being taken, or why it ended. */
    reason: text(),
    /** Since when the last way has its time. */
    since: at('since'),
    /** When it is looked at again; null: when its delivery moves. */
    dueAt: integer('due_at'),
    /** After this nothing more is sent. */
    expiresAt: at('expires_at'),
  },
  (table) => [
    index('fallback_chains_due')
      .on(table.dueAt)
      .where(sql`due_at is not null`),
  ],
);
