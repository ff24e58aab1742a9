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

/** A query of a whole table, compiled. */
export function finder<T extends SQLiteTable>(
  db: Db,
  table: T,
  query: Query,
): { get(values: Values): T['$inferSelect'] | undefined; all(values: Values): T['$inferSelect'][] } {
  const { sql, params } = query.toSQL();
  const fill = filler(params);
  const statement = db.$client.prepare<unknown[], unknown[]>(sql).raw();
  const columns = Object.entries(getTableColumns(table) as Record<string, Column>).map(
    ([name, column]) => [name, decoder(column)] as const,
  );
  const rowOf = (cells: unknown[]): T['$inferSelect'] => {
    const row: Values = {};
    for (let i = 0; i < columns.length; i++) {
      const [name, decode] = columns[i]!;
      row[name] = decode ? decode(cells[i]) : cells[i];
    }
    return row as T['$inferSelect'];
  };
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
