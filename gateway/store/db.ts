import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';

/** One connection, as repositories use it. */
export type Db = BetterSQLite3Database & {
  $client: Database.Database;
  /** Called before each compiled read. */
  beforeRead?: () => void;
};
