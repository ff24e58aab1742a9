import Database from 'better-sqlite3';

/** Tables that hold what an operator or a merchant has made, what is being worked on, or so much of an account and no more. */
const small =
  /^(?:merchants|api_keys|accounts|account_conditions|webhook_endpoints|remote_connectors|routing|retention|replays|erasures|unwanted_blobs|outbox|exchanges|__drizzle_migrations)$/;

const placeholders = (sql: string): unknown[] => {
  const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]);
  return names.length > 0
    ? [Object.fromEntries(names)]
    : Array.from({ length: sql.match(/\?/g)?.length ?? 0 }, () => 1);
};

/** Every statement that is prepared from here on, once. */
export function collectStatements(): Set<string> {
  const statements = new Set<string>();
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (this: Database.Database, sql: string) {
    statements.add(sql);
    return prepare.call(this, sql);
  } as typeof prepare;
  return statements;
}

/**
 * Where a statement goes through more than it is about, of tables that grow: a whole one (not a partial index of what waits), or all
 * that an account, merchant or endpoint ever had, to be sorted.
 */
export function walks(file: string, sql: string): string[] {
  const db = new Database(file, { readonly: true });
  try {
    const explained = db
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...placeholders(sql))
      .map(({ detail }) => detail);
    const names = new Map([...sql.matchAll(/"(\w+)" "?(\w+)"?/g)].map(([, table, alias]) => [alias, table]));
    const grows = (name = ''): boolean => {
      const table = names.get(name) ?? name;
      return isTable(db, table) && !small.test(table);
    };
    const sorts = explained.includes('USE TEMP B-TREE FOR ORDER BY');
    return explained.filter((detail) => {
      const [, scanned, index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(detail) ?? [];
      if (scanned !== undefined) return grows(scanned) && !isPartial(db, index);
      const [, searched] = /^SEARCH (\w+) .*\((?:account|merchant|endpoint)_id=\?\)$/.exec(detail) ?? [];
      return sorts && searched !== undefined && grows(searched);
    });
  } finally {
    db.close();
  }
}

const isTable = (db: Database.Database, name: string): boolean =>
  db.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(name) !== undefined;

const isPartial = (db: Database.Database, index: string | undefined): boolean =>
  index !== undefined &&
  db
    .prepare(`select 1 from sqlite_master where type = 'index' and name = ? and sql like '% WHERE %'`)
    .get(index) !== undefined;
