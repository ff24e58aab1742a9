import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { Committer } from './committer.ts';
import type { Repositories, Store, Tx } from './port.ts';
import { repositories } from './repositories/index.ts';
import { steady } from './repositories/statement.ts';

/**
 * The ledger on SQLite: one writer in groups, one reader that sees committed data only.
 * WAL with `synchronous=FULL`: a commit that returned survives power loss (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export function openSqlite(file: string): Store {
  const writer = remembering(new Database(file));
  writer.pragma('journal_mode = WAL');
  writer.pragma('synchronous = FULL');
  writer.pragma('wal_autocheckpoint = 16000');
  writer.pragma('cache_size = -65536');
  writer.pragma('busy_timeout = 5000');
  // what a unit would take back is kept in memory, not in files of the system's temporary folder
  writer.pragma('temp_store = MEMORY');
  // what is deleted or written over is overwritten in the file (https://www.sqlite.org/pragma.html#pragma_secure_delete)
  writer.pragma('secure_delete = ON');
  const writing = drizzle(writer);
  migrate(writing, { migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)) });
  // another process that writes is waited for by the committer, which has other work meanwhile
  writer.pragma('busy_timeout = 0');
  const reader = remembering(new Database(file, { readonly: true }));
  reader.pragma('cache_size = -32768');
  const snapshot = snapshotOf(reader);

  const writes = repositories(writing);
  const committer = new Committer(transactionsOf(writer, snapshot.leave));
  const read: Repositories = repositories(Object.assign(drizzle(reader), { beforeRead: snapshot.enter }));
  return {
    read,
    write: <T>(unit: (tx: Tx) => Promise<T>) =>
      committer.write((afterCommit) => unit({ ...writes, afterCommit })),
    fresh: snapshot.leave,
    waiting: () => committer.waiting,
    counts: () => committer.counts,
    check: async () => {
      writer.prepare('select 1').get();
    },
    scrub: async () => {
      // between two groups; the log then has no more than what came since
      for (;;) {
        if (!writer.inTransaction) {
          snapshot.leave();
          const [row] = writer.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
          if (row?.busy === 0) return;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => {
      await committer.idle();
      snapshot.leave();
      reader.close();
      writer.close();
    },
  };
}

/** Statements are compiled once for each text: drizzle asks for them anew at every query that isn't prepared. */
function remembering(db: Database.Database): Database.Database {
  const held = new Map<string, Database.Statement>();
  const prepare = db.prepare.bind(db);
  db.prepare = ((text: string) => {
    let statement = held.get(text);
    if (!statement) held.set(text, (statement = prepare(steady(text))));
    return statement;
  }) as typeof db.prepare;
  return db;
}

/**
 * Reads of one turn of the event loop share a snapshot: taking the lock and giving it back costs as much as a read. A commit ends
 * it, so that whoever heard of the commit reads what it wrote.
 */
function snapshotOf(reader: Database.Database): { enter(): void; leave(): void } {
  const begin = reader.prepare('begin');
  const end = reader.prepare('commit');
  let open = false;
  const leave = () => {
    if (!open) return;
    open = false;
    end.run();
  };
  return {
    enter: () => {
      if (open) return;
      begin.run();
      open = true;
      setImmediate(leave);
    },
    leave,
  };
}

function transactionsOf(db: Database.Database, afterCommit: () => void) {
  const statement = (sql: string) => {
    const prepared = db.prepare(sql);
    return () => void prepared.run();
  };
  const begin = statement('begin immediate');
  const rollbackTo = statement('rollback to unit');
  const release = statement('release unit');
  const commit = statement('commit');
  return {
    begin: () => {
      try {
        begin();
        return true;
      } catch (error) {
        if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') return false;
        throw error;
      }
    },
    commit: () => {
      commit();
      afterCommit();
    },
    rollback: () => {
      if (db.inTransaction) db.exec('rollback');
    },
    savepoint: statement('savepoint unit'),
    release,
    rollbackToSavepoint: () => {
      rollbackTo();
      release();
    },
  };
}
