import { asc, desc, eq } from 'drizzle-orm';
import type { AuditRow, TraceRow } from '../rows.ts';
import { audit, trace } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter } from './prepared.ts';

export const traceRepository = (db: Db) => {
  const insert = inserter(db, trace);
  return {
    insert: async (row: Omit<TraceRow, 'id'>): Promise<void> => insert(row),
    of: async (messageId: string): Promise<TraceRow[]> =>
      db.select().from(trace).where(eq(trace.messageId, messageId)).orderBy(asc(trace.id)).all(),
    insertAudit: async (row: Omit<AuditRow, 'id'>): Promise<void> => void db.insert(audit).values(row).run(),
    audit: async (limit: number): Promise<AuditRow[]> =>
      db.select().from(audit).orderBy(desc(audit.id)).limit(limit).all(),
  };
};
