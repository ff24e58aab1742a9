import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db.ts';

/**
 * Inserts and updates that are put together once for each set of columns, and only filled in after that: building a query
 * costs more than running it. A null is part of the text, for an encoder would write JSON's null in its place.
 */
interface Filled {
  run(values: Record<string, unknown>): { changes: number };
}

const prefix = 'set_';
const present = (values: Record<string, unknown>): string[] =>
  Object.keys(values).filter((name) => values[name] !== undefined);
const shapeOf = (values: Record<string, unknown>, names: string[]): string =>
  names.map((name) => (values[name] === null ? `${name}!` : name)).join();
const placeholders = (values: Record<string, unknown>, names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, values[name] === null ? null : sql.placeholder(prefix + name)]),
  );
const fill = (values: Record<string, unknown>, names: string[]) =>
  Object.fromEntries(names.map((name) => [prefix + name, values[name]]));

export function inserter<T extends SQLiteTable>(
  db: Db,
  table: T,
  onConflict: 'fail' | 'ignore' = 'fail',
): (row: T['$inferInsert']) => void {
  const held = new Map<string, Filled>();
  return (row) => {
    const values = row as Record<string, unknown>;
    const names = present(values);
    const shape = shapeOf(values, names);
    let prepared = held.get(shape);
    if (!prepared) {
      const query = db.insert(table).values(placeholders(values, names) as never);
      prepared = (onConflict === 'ignore' ? query.onConflictDoNothing() : query).prepare() as Filled;
      held.set(shape, prepared);
    }
    prepared.run(fill(values, names));
  };
}

/** `where` names its own placeholders; their values come second. Gives how many rows changed. */
export function updater<T extends SQLiteTable>(
  db: Db,
  table: T,
  where: SQL | undefined,
): (change: Partial<T['$inferInsert']>, keys: Record<string, unknown>) => number {
  const held = new Map<string, Filled>();
  return (change, keys) => {
    const values = change as Record<string, unknown>;
    const names = present(values);
    const shape = shapeOf(values, names);
    let prepared = held.get(shape);
    if (!prepared) {
      prepared = db
        .update(table)
        .set(placeholders(values, names) as never)
        .where(where)
        .prepare() as unknown as Filled;
      held.set(shape, prepared);
    }
    return prepared.run({ ...keys, ...fill(values, names) }).changes;
  };
}
