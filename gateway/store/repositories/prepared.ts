import { getTableColumns, sql } from 'drizzle-orm';
import type { Column, SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db.ts';
import { keyed } from './compiled.ts';
import type { Values } from './compiled.ts';
import { runner } from './statement.ts';

/** The placeholder of a `where` beside an update's own. */
export const key = (name: string) => sql.placeholder(keyed(name));

/** Inserts whole rows: all columns but one that counts by itself. What is left out is null. */
export function inserter<T extends SQLiteTable>(db: Db, table: T): (row: T['$inferInsert']) => void {
  const columns = Object.entries(getTableColumns(table) as Record<string, Column>);
  const given = columns.filter(([, { primary, columnType }]) => !(primary && columnType === 'SQLiteInteger'));
  const placeholders = Object.fromEntries(given.map(([name]) => [name, sql.placeholder(name)]));
  const run = runner(db, db.insert(table).values(placeholders as never));
  return (row) => void run(row as Values);
}

/** An update for each set of columns, compiled at its first call. `where` has keys of its own. Gives how many rows changed. */
export function updater<T extends SQLiteTable>(
  db: Db,
  table: T,
  where: SQL | undefined,
): (change: Partial<T['$inferInsert']>, keys: Values) => number {
  const held = new Map<string, ReturnType<typeof runner>>();
  return (change, keys) => {
    let shape = '';
    for (const name in change) if (change[name as never] !== undefined) shape += `${name} `;
    let run = held.get(shape);
    if (!run) {
      const names = Object.keys(change).filter((name) => change[name as never] !== undefined);
      const placeholders = Object.fromEntries(names.map((name) => [name, sql.placeholder(name)]));
      run = runner(
        db,
        db
          .update(table)
          .set(placeholders as never)
          .where(where),
      );
      held.set(shape, run);
    }
    return run(change as Values, keys).changes;
  };
}
