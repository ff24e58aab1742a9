import { and, asc, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { AttemptRow, DeliveryRow } from '../rows.ts';
import { attempts, deliveries, messages } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter, key, updater } from './prepared.ts';
import { cell, finder, picker, runner } from './statement.ts';
import type { Picked } from './statement.ts';

export type DeliveryChange = Partial<
  Omit<DeliveryRow, 'messageId' | 'merchantId' | 'conversationId' | 'sequence' | 'accountId' | 'bulk'>
>;

/** Where a page of what is due begins: behind this one. */
export interface DueCursor {
  at: number;
  messageId: string;
}

/** What is written down before an attempt. `untilMs`: until then nobody else takes the delivery up. */
export interface BegunAttempt {
  messageId: string;
  number: number;
  part: number;
  partCount: number;
  now: number;
  untilMs: number;
}

const standingColumns = {
  state: deliveries.state,
  messageId: messages.id,
  merchantId: messages.merchantId,
  conversationId: messages.conversationId,
  accountId: messages.accountId,
  channel: messages.channel,
  address: messages.address,
  extras: messages.extras,
  traceparent: messages.traceparent,
};
export type Standing = Picked<typeof standingColumns>;

const hole = sql.placeholder;
/** As the partial indexes have it. */
const inLine = sql`state = 'queued' and scheduled = 0`;

export const deliveryRepository = (db: Db) => {
  const rows = () => db.select().from(deliveries).$dynamic();
  const byMessage = finder(db, deliveries, rows().where(eq(deliveries.messageId, hole('id'))));
  const head = finder(
    db,
    deliveries,
    rows()
      .where(and(eq(deliveries.conversationId, hole('conversationId')), inLine))
      .orderBy(asc(deliveries.sequence))
      .limit(1),
  );
  const normalWaits = cell<number>(
    db,
    db
      .select({ one: sql<number>`1` })
      .from(deliveries)
      .where(and(eq(deliveries.conversationId, hole('conversationId')), inLine, sql`bulk = 0`))
      .limit(1),
  );
  const dueOf = finder(
    db,
    deliveries,
    rows()
      .where(
        and(
          eq(deliveries.accountId, hole('accountId')),
          sql`bulk = ${hole('bulk')}`,
          lte(deliveries.nextAttemptAt, hole('now')),
          inLine,
          sql`(next_attempt_at, message_id) > (${hole('at')}, ${hole('messageId')})`,
        ),
      )
      .orderBy(asc(deliveries.nextAttemptAt), asc(deliveries.messageId))
      .limit(hole('limit')),
  );
  const waiting = (column: 'nextAttemptAt' | 'expiresAt', where: ReturnType<typeof sql>) =>
    finder(
      db,
      deliveries,
      rows()
        .where(and(where, lte(deliveries[column], hole('now'))))
        .orderBy(asc(deliveries[column]))
        .limit(hole('limit')),
    );
  const scheduledDue = waiting('nextAttemptAt', sql`state = 'queued' and scheduled = 1`);
  const uncertainDue = waiting('nextAttemptAt', sql`state = 'uncertain'`);
  const expired = waiting('expiresAt', sql`state = 'queued' and in_flight = 0`);
  // one seek an account, however much waits at each: the index is left from account to account
  const dueAccounts = db.$client.prepare<unknown[], string>(`
    with recursive waiting(id) as (
      select min(account_id) from deliveries where state = 'queued' and scheduled = 0 and account_id > @after
      union all
      select (select min(account_id) from deliveries where state = 'queued' and scheduled = 0 and account_id > waiting.id)
      from waiting where waiting.id is not null limit 10000
    )
    select id from waiting where id is not null and (
      exists (select 1 from deliveries where state = 'queued' and scheduled = 0 and account_id = waiting.id and bulk = 0 and next_attempt_at <= @now)
      or exists (select 1 from deliveries where state = 'queued' and scheduled = 0 and account_id = waiting.id and bulk = 1 and next_attempt_at <= @now)
    ) limit @limit`);
  const insert = inserter(db, deliveries);
  const update = updater(db, deliveries, eq(deliveries.messageId, key('id')));
  const begin = runner(
    db,
    db
      .update(deliveries)
      .set({
        attempts: hole('number') as never,
        attemptedAt: hole('now') as never,
        nextAttemptAt: hole('untilMs') as never,
        partCount: hole('partCount') as never,
        inFlight: true,
        hold: null,
      })
      .where(
        and(
          eq(deliveries.messageId, hole('messageId')),
          eq(deliveries.partsSent, hole('part')),
          sql`${deliveries.attempts} = ${hole('number')} - 1`,
          inLine,
          sql`in_flight = 0`,
        ),
      ),
  );
  const standing = picker(
    db,
    standingColumns,
    db
      .select(standingColumns)
      .from(deliveries)
      .innerJoin(messages, eq(messages.id, deliveries.messageId))
      .where(eq(deliveries.messageId, hole('id'))),
  );
  const insertAttempt = inserter(db, attempts);
  return {
    insert: async (row: DeliveryRow): Promise<void> => insert(row),
    byMessage: async (id: string): Promise<DeliveryRow | undefined> => byMessage.get({ id }),
    byMessages: async (ids: string[]): Promise<DeliveryRow[]> =>
      ids.length ? db.select().from(deliveries).where(inArray(deliveries.messageId, ids)).all() : [],
    update: async (messageId: string, change: DeliveryChange): Promise<void> =>
      void update(change, { id: messageId }),
    /** Gives a scheduled one, whose hour has come, its place in its lane. */
    takePlace: async (messageId: string, sequence: number): Promise<void> =>
      void update({ scheduled: false, sequence }, { id: messageId }),
    /** The one whose turn it is in a conversation. What waits for its hour has no turn yet. */
    head: async (conversationId: string): Promise<DeliveryRow | undefined> => head.get({ conversationId }),
    /** Whether something in a conversation's lane is not bulk. */
    normalWaits: async (conversationId: string): Promise<boolean> =>
      normalWaits({ conversationId }) !== undefined,
    /** Accounts, by id, behind `after`, at which something in a lane is due. Its head may not be. */
    dueAccounts: async (after: string, now: number, limit: number): Promise<string[]> =>
      dueAccounts.pluck().all({ after, now, limit }),
    /** What is due in the lanes of one account, one of its classes, soonest first, behind a cursor. Not all are heads. */
    dueOf: async (of: {
      accountId: string;
      bulk: boolean;
      now: number;
      after: DueCursor;
      limit: number;
    }): Promise<DeliveryRow[]> => dueOf.all({ ...of, ...of.after, bulk: Number(of.bulk) }),
    /** Those whose hour has come and that have no place in their lane yet, soonest first. */
    scheduledDue: async (now: number, limit: number): Promise<DeliveryRow[]> =>
      scheduledDue.all({ now, limit }),
    /** Those whose outcome nobody will know any more. */
    uncertainDue: async (now: number, limit: number): Promise<DeliveryRow[]> =>
      uncertainDue.all({ now, limit }),
    /** Queued ones, with no attempt running, whose time is over. */
    expired: async (now: number, limit: number): Promise<DeliveryRow[]> => expired.all({ now, limit }),
    /** Attempts that a crash cut short. */
    inFlight: async (): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(and(sql`state = 'queued'`, eq(deliveries.inFlight, true)))
        .all(),
    /** Depth and oldest age of what waits, by account. */
    backlog: async (): Promise<
      { accountId: string; merchantId: string; depth: number; oldestAt: number }[]
    > =>
      db
        .select({
          accountId: deliveries.accountId,
          merchantId: deliveries.merchantId,
          depth: sql<number>`count(*)`,
          oldestAt: sql<number>`min(updated_at)`,
        })
        .from(deliveries)
        .where(sql`state = 'queued'`)
        .groupBy(deliveries.accountId, deliveries.merchantId)
        .all(),
    failed: async (limit: number): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(eq(deliveries.state, 'failed'))
        .orderBy(desc(deliveries.messageId))
        .limit(limit)
        .all(),

    /** An attempt begins, if it is still its turn, and nothing else is in hand or has been sent meanwhile; gives whether. */
    begin: async (attempt: BegunAttempt): Promise<boolean> => begin({ ...attempt }).changes === 1,
    /** Where a delivery stands, with what is told of its message wherever that changes. */
    standing: async (messageId: string): Promise<Standing | undefined> => standing({ id: messageId }),
    /** How an attempt ended. */
    insertAttempt: async (row: AttemptRow): Promise<void> => insertAttempt(row),
    attemptsOf: async (messageId: string): Promise<AttemptRow[]> =>
      db.select().from(attempts).where(eq(attempts.messageId, messageId)).orderBy(asc(attempts.number)).all(),
  };
};
