import type { Column } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db.ts';
import { filler, reader, rowReader } from './compiled.ts';
import type { Picked, Values } from './compiled.ts';

export type { Picked };

/**
 * Queries of the hot paths: put together and typed by drizzle, once, and run without it. Filling in placeholders and mapping
 * rows the general way took a quarter of the gateway's time under load.
 */
interface Query {
  toSQL(): { sql: string; params: unknown[] };
}

/**
 * SQLite plans a statement anew whenever a parameter that its plan could depend on is bound: one that `=` compares in a query with
 * an order, or a bare one behind `limit`. That was every run of these, at ten times what the run itself costs. A `+` before it
 * changes neither value nor affinity and keeps the first plan (https://www.sqlite.org/c3ref/prepare.html, its last paragraphs;
 * https://www.sqlite.org/lang_expr.html#operators_and_parse_affecting_attributes).
 */
export const steady = (text: string): string => text.replaceAll(/(= |\b(?:limit|offset) )(?=[?@])/gi, '$1+');

/** A read, compiled: its cells as they are stored. */
function cellsOf(db: Db, query: Query) {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare<unknown[], unknown[]>(sql).raw();
  const { beforeRead } = db;
  return {
    get: (values: Values): unknown[] | undefined => {
      beforeRead?.();
      return statement.get(fill(values));
    },
    all: (values: Values): unknown[][] => {
      beforeRead?.();
      return statement.all(fill(values));
    },
  };
}

/** A query of a whole table, compiled. */
export function finder<T extends SQLiteTable>(
  db: Db,
  table: T,
  query: Query,
): { get(values: Values): T['$inferSelect'] | undefined; all(values: Values): T['$inferSelect'][] } {
  const cells = cellsOf(db, query);
  const rowOf = rowReader(table);
  return {
    get: (values) => {
      const found = cells.get(values);
      return found && rowOf(found);
    },
    all: (values) => cells.all(values).map(rowOf),
  };
}

/** The first row of a query of some columns, in their order, compiled. */
export function picker<S extends Record<string, Column>>(
  db: Db,
  columns: S,
  query: Query,
): (values: Values) => Picked<S> | undefined {
  const cells = cellsOf(db, query);
  const rowOf = reader(columns);
  return (values) => {
    const found = cells.get(values);
    return found && rowOf(found);
  };
}

/** A query of a whole table and, behind its columns, one cell of another, compiled. The cell must be stored as it is. */
export function pairFinder<T extends SQLiteTable, C>(
  db: Db,
  table: T,
  query: Query,
): (values: Values) => { row: T['$inferSelect']; cell: C }[] {
  const cells = cellsOf(db, query);
  const rowOf = rowReader(table);
  return (values) => cells.all(values).map((found) => ({ row: rowOf(found), cell: found.at(-1) as C }));
}

/** The first cell of a query's first row, compiled. The cell must be stored as it is. */
export function cell<T>(db: Db, query: Query): (values: Values) => T | undefined {
  const cells = cellsOf(db, query);
  return (values) => cells.get(values)?.[0] as T | undefined;
}

/** An insert, an update or a delete, compiled. */
export function runner(
  db: Db,
  query: Query,
): (values: Values, keys?: Values) => { changes: number; lastInsertRowid: number | bigint } {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare(sql);
  return (values, keys) => statement.run(fill(values, keys));
}
