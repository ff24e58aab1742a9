import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db.ts';
import { runner } from './statement.ts';

/** Inserts and updates that are put together once for each set of columns, and only filled in after that. */
type Run = ReturnType<typeof runner>;
type Values = Record<string, unknown>;

/** The columns' own placeholders stand apart from those of a `where`. */
const prefix = 'set_';

const fill = (values: Values, names: string[]): Values => {
  const filled: Values = {};
  for (const name of names) filled[prefix + name] = values[name];
  return filled;
};

/** Runs the statement for the columns that `values` has, compiling it at the first such call. */
function forColumns(compile: (placeholders: never) => Run) {
  const held = new Map<string, Run>();
  return (values: Values, keys: Values = {}) => {
    const names = Object.keys(values).filter((name) => values[name] !== undefined);
    const shape = names.join();
    let run = held.get(shape);
    if (!run) {
      run = compile(Object.fromEntries(names.map((name) => [name, sql.placeholder(prefix + name)])) as never);
      held.set(shape, run);
    }
    return run(Object.assign(fill(values, names), keys));
  };
}

export function inserter<T extends SQLiteTable>(db: Db, table: T): (row: T['$inferInsert']) => void {
  const run = forColumns((placeholders) => runner(db, db.insert(table).values(placeholders)));
  return (row) => void run(row as Values);
}

/** `where` names its own placeholders; their values come second. Gives how many rows changed. */
export function updater<T extends SQLiteTable>(
  db: Db,
  table: T,
  where: SQL | undefined,
): (change: Partial<T['$inferInsert']>, keys: Values) => number {
  const run = forColumns((placeholders) => runner(db, db.update(table).set(placeholders).where(where)));
  return (change, keys) => run(change as Values, keys).changes;
}
