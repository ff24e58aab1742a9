import { sql } from 'drizzle-orm';
import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { exchangePurposes } from '../../protocol/connector-wire/exchanges.ts';

/** What accounts say to their platforms and how they do. Times are Unix milliseconds. */

/** What an exchange was about. `hook` and `page`: the platform called us. */
export type ExchangePurpose = (typeof exchangePurposes)[number] | 'page';

/** Headers and structure of what was sent and received, redacted where it was recorded. */
interface ExchangeDetail {
  sent?: { headers: Readonly<Record<string, string>>; body: string };
  received?: { headers: Readonly<Record<string, string>>; body: string };
}

/** One HTTP exchange with a platform, without secrets, content and addresses. A log: kept for days, bounded for each account. */
export const exchanges = sqliteTable(
  'exchanges',
  {
    id: integer().primaryKey(),
    accountId: text('account_id').notNull(),
    direction: text({ enum: ['outbound', 'inbound'] }).notNull(),
    purpose: text().$type<ExchangePurpose>().notNull(),
    messageId: text('message_id'),
    at: integer('at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    method: text().notNull(),
    /** Scheme, host and path, redacted; of what came in only the path. */
    url: text().notNull(),
    /** What was answered; null where nothing was. */
    status: integer(),
    /** Why there was no answer: `guard`, `dns`, `timeout` … */
    ended: text(),
    /** Of what came in: whether it was found to be the platform's. */
    verdict: text().$type<'verified' | 'refused' | 'handshake'>(),
    /** Why it was refused. */
    reason: text(),
    /** The platform's code, where it gave one. */
    code: text(),
    sentBytes: integer('sent_bytes').notNull(),
    receivedBytes: integer('received_bytes').notNull(),
    failed: integer({ mode: 'boolean' }).notNull(),
    detail: text({ mode: 'json' }).$type<ExchangeDetail>(),
  },
  (table) => [
    index('exchanges_account').on(table.accountId, table.direction, table.id),
    index('exchanges_message')
      .on(table.messageId)
      .where(sql`message_id is not null`),
    index('exchanges_age').on(table.at),
  ],
);

export interface AccountSetup {
  state: 'registered' | 'manual' | 'failed';
  detail: string;
  atMs: number;
  /** The hook address that it was about. */
  hookUrl: string;
}

export interface AccountProbe {
  ok: boolean;
  detail: string;
  atMs: number;
  /** When the credentials end, where the platform tells; null where it says that they don't. */
  expiresAtMs?: number | null;
}

export interface AccountHealth {
  state: 'unknown' | 'healthy' | 'failing';
  sinceMs: number;
  lastSuccessMs?: number;
  lastFailureMs?: number;
  /** Of the last failure. */
  code?: string;
  /** The end of its credentials that the merchant was warned of. */
  expiringMs?: number;
}

/** How an account stands, beside what its merchant says of it. */
export const accountConditions = sqliteTable('account_conditions', {
  accountId: text('account_id').primaryKey(),
  setup: text({ mode: 'json' }).$type<AccountSetup>(),
  probe: text({ mode: 'json' }).$type<AccountProbe>(),
  health: text({ mode: 'json' }).$type<AccountHealth>(),
  /** Credentials before the last ones, sealed, each with the time until which the platform may still sign with it. */
  previous: blob({ mode: 'buffer' }),
});
