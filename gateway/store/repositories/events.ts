import { and, asc, desc, eq, getTableColumns, gt, isNull, lt, sql } from 'drizzle-orm';
import type { EventRow } from '../rows.ts';
import { events, outbox } from '../schema.ts';
import type { Db } from '../db.ts';
import { cell, finder, pairFinder, runner } from './statement.ts';

export const eventRepository = (db: Db) => {
  const insertEvent = runner(
    db,
    db.insert(events).values({
      id: sql.placeholder('id'),
      merchantId: sql.placeholder('merchantId'),
      conversationId: sql.placeholder('conversationId'),
      messageId: sql.placeholder('messageId'),
      type: sql.placeholder('type'),
      subject: sql.placeholder('subject'),
      envelope: sql.placeholder('envelope'),
      at: sql.placeholder('at'),
    }),
  );
  const insertOutbox = runner(
    db,
    db.insert(outbox).values({ seq: sql.placeholder('seq'), lane: sql.placeholder('lane') }),
  );
  const laneNext = cell<number>(
    db,
    db
      .select({ seq: outbox.seq })
      .from(outbox)
      .where(and(eq(outbox.lane, sql.placeholder('lane')), gt(outbox.seq, sql.placeholder('after'))))
      .orderBy(asc(outbox.seq))
      .limit(1),
  );
  const bySeq = finder(
    db,
    events,
    db
      .select()
      .from(events)
      .where(and(eq(events.seq, sql.placeholder('seq')), isNull(events.removedAt))),
  );
  const unsettled = pairFinder<typeof events, string>(
    db,
    events,
    db
      .select({ ...getTableColumns(events), lane: outbox.lane })
      .from(outbox)
      .innerJoin(events, eq(events.seq, outbox.seq))
      .where(and(gt(outbox.seq, sql.placeholder('after')), lt(outbox.seq, sql.placeholder('upTo'))))
      .orderBy(asc(outbox.seq))
      .limit(sql.placeholder('limit')),
  );
  const settle = runner(db, db.delete(outbox).where(eq(outbox.seq, sql.placeholder('seq'))));
  const settleAll = runner(
    db,
    db.delete(outbox).where(sql`seq in (select value from json_each(${sql.placeholder('seqs')}))`),
  );
  return {
    /** Writes an event and its outbox row; gives its place in the ledger. */
    insert: async (row: Omit<EventRow, 'seq' | 'removedAt'>): Promise<number> => {
      const seq = Number(insertEvent(row).lastInsertRowid);
      insertOutbox({ seq, lane: row.conversationId ?? row.id });
      return seq;
    },
    /** undefined also for one whose content was removed. */
    bySeq: async (seq: number): Promise<EventRow | undefined> => bySeq.get({ seq }),
    /** Of one merchant, oldest first, without those whose content was removed. */
    of: async (merchantId: string, after: number, limit: number): Promise<EventRow[]> =>
      db
        .select()
        .from(events)
        .where(and(eq(events.merchantId, merchantId), gt(events.seq, after), isNull(events.removedAt)))
        .orderBy(asc(events.seq))
        .limit(limit)
        .all(),
    lastSeq: async (merchantId: string): Promise<number> =>
      db
        .select({ seq: events.seq })
        .from(events)
        .where(eq(events.merchantId, merchantId))
        .orderBy(desc(events.seq))
        .limit(1)
        .get()?.seq ?? 0,
    /** When the last event of all was written; undefined before the first. */
    lastAt: async (): Promise<number | undefined> =>
      db.select({ at: events.at }).from(events).orderBy(desc(events.seq)).limit(1).get()?.at,
    ofMessage: async (messageId: string): Promise<EventRow[]> =>
      db.select().from(events).where(eq(events.messageId, messageId)).orderBy(asc(events.seq)).all(),

    /** The oldest event of a lane behind a place that webhooks haven't settled. */
    laneNext: async (lane: string, after: number): Promise<number | undefined> => laneNext({ lane, after }),
    /** Unsettled events in ledger order. */
    unsettled: async (
      after: number,
      upTo: number,
      limit: number,
    ): Promise<{ event: EventRow; lane: string }[]> =>
      unsettled({ after, upTo, limit }).map(({ row, cell: lane }) => ({ event: row, lane })),
    /** Takes an event off the outbox: its webhooks are settled. */
    settle: async (seq: number): Promise<void> => void settle({ seq }),
    settleAll: async (seqs: number[]): Promise<void> => void settleAll({ seqs: JSON.stringify(seqs) }),
    unsettledCount: async (): Promise<{ depth: number; oldestAt: number | null }> =>
      db
        .select({ depth: sql<number>`count(*)`, oldestAt: sql<number | null>`min(${events.at})` })
        .from(outbox)
        .innerJoin(events, eq(events.seq, outbox.seq))
        .get() ?? { depth: 0, oldestAt: null },
  };
};
