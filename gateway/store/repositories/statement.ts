import { getTableColumns, is, Param, Placeholder } from 'drizzle-orm';
import type { Column } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db.ts';

/**
 * Queries of the hot paths: put together and typed by drizzle, once, and run without it. Filling in placeholders and mapping
 * rows the general way took a quarter of the gateway's time under load.
 */
type Values = Record<string, unknown>;

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

/** How each parameter is got out of the values of a call. */
const filler = (params: unknown[]): ((values: Values) => unknown[]) => {
  const steps = params.map((param) => {
    if (is(param, Placeholder)) return ({ [param.name]: value }: Values) => value;
    if (is(param, Param) && is(param.value, Placeholder)) {
      const { name } = param.value;
      return (values: Values) =>
        values[name] === null ? null : param.encoder.mapToDriverValue(values[name]);
    }
    return () => (is(param, Param) ? param.encoder.mapToDriverValue(param.value) : param);
  });
  return (values) => steps.map((step) => step(values));
};

/** JSON and booleans are stored as something else; the rest comes as it is. */
const decoder = (column: Column): ((value: unknown) => unknown) | undefined =>
  column.dataType === 'json' || column.dataType === 'boolean'
    ? (value) => (value === null ? null : column.mapFromDriverValue(value))
    : undefined;

/** How a row is made of its cells, in the order of the table's columns. */
function reader<T extends SQLiteTable>(table: T): (cells: unknown[]) => T['$inferSelect'] {
  const columns = Object.entries(getTableColumns(table) as Record<string, Column>).map(
    ([name, column]) => [name, decoder(column)] as const,
  );
  return (cells) => {
    const row: Values = {};
    for (let i = 0; i < columns.length; i++) {
      const [name, decode] = columns[i]!;
      row[name] = decode ? decode(cells[i]) : cells[i];
    }
    return row as T['$inferSelect'];
  };
}

/** A query of a whole table, compiled. */
export function finder<T extends SQLiteTable>(
  db: Db,
  table: T,
  query: Query,
): { get(values: Values): T['$inferSelect'] | undefined; all(values: Values): T['$inferSelect'][] } {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare<unknown[], unknown[]>(sql).raw();
  const rowOf = reader(table);
  const { beforeRead } = db;
  return {
    get: (values) => {
      beforeRead?.();
      const cells = statement.get(...fill(values)) as unknown[] | undefined;
      return cells && rowOf(cells);
    },
    all: (values) => {
      beforeRead?.();
      return (statement.all(...fill(values)) as unknown[][]).map(rowOf);
    },
  };
}

/** A query of a whole table and, behind its columns, one cell of another, compiled. The cell must be stored as it is. */
export function pairFinder<T extends SQLiteTable, C>(
  db: Db,
  table: T,
  query: Query,
): (values: Values) => { row: T['$inferSelect']; cell: C }[] {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare<unknown[], unknown[]>(sql).raw();
  const rowOf = reader(table);
  const { beforeRead } = db;
  return (values) => {
    beforeRead?.();
    return statement
      .all(...fill(values))
      .map((cells) => ({ row: rowOf(cells), cell: (cells as unknown[]).at(-1) as C }));
  };
}

/** The first cell of a query's first row, compiled. The cell must be stored as it is. */
export function cell<T>(db: Db, query: Query): (values: Values) => T | undefined {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare<unknown[], T>(sql).pluck();
  const { beforeRead } = db;
  return (values) => {
    beforeRead?.();
    return statement.get(...fill(values));
  };
}

/** An insert, an update or a delete, compiled. */
export function runner(
  db: Db,
  query: Query,
): (values: Values) => { changes: number; lastInsertRowid: number | bigint } {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare(sql);
  return (values) => statement.run(...fill(values));
}
