import { getTableColumns, is, Param, Placeholder } from 'drizzle-orm';
import type { Column, GetColumnData } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * Straight code for what every query does: parameters out of the values of a call, rows out of cells. A loop over names costs
 * several times as much, for no two tables have rows of one shape. The code is made of the schema's names and of nothing else,
 * when a repository is made.
 */
export type Values = Record<string, unknown>;

type Codec = (value: unknown) => unknown;

/** JSON and booleans are stored as something else; the rest goes and comes as it is. */
const isEncoded = ({ dataType }: Column): boolean => dataType === 'json' || dataType === 'boolean';

/** One part of the code: names as quoted texts, functions by their number. */
const member = (of: string, name: string): string => `${of}[${JSON.stringify(name)}]`;

const compile = (body: string, codecs: Codec[]): unknown => new Function('f', body)(codecs);

/** What is given in the second place is named so; without this, what is given in the first. */
export const keyed = (name: string): string => `key:${name}`;

/** The parameters of a query, in its order, out of the values of a call and the keys beside them. What a `where` compares goes as it is. */
export function filler(params: unknown[]): (values: Values, keys?: Values) => unknown[] {
  const codecs: Codec[] = [];
  const read = (name: string) =>
    name.startsWith('key:') ? member('k', name.slice('key:'.length)) : member('v', name);
  const cells = params.map((param) => {
    if (is(param, Placeholder)) return read(param.name);
    if (!is(param, Param)) return `f[${codecs.push(() => param) - 1}]()`;
    const { encoder, value } = param;
    if (!is(value, Placeholder)) return `f[${codecs.push(() => encoder.mapToDriverValue(value)) - 1}]()`;
    const given = read(value.name);
    if (!isEncoded(encoder as Column)) return given;
    const place = codecs.push((one) => encoder.mapToDriverValue(one)) - 1;
    return `${given} == null ? null : f[${place}](${given})`;
  });
  return compile(`return (v, k) => [${cells.join(', ')}]`, codecs) as ReturnType<typeof filler>;
}

/** What is selected, by the names it has in the rows that are given. */
export type Picked<S extends Record<string, Column>> = { [K in keyof S]: GetColumnData<S[K]> };

/** A row out of its cells, in the order of the columns. */
export function reader<S extends Record<string, Column>>(columns: S): (cells: unknown[]) => Picked<S> {
  const codecs: Codec[] = [];
  const members = Object.entries(columns).map(([name, column], i) => {
    if (!isEncoded(column)) return `${JSON.stringify(name)}: c[${i}]`;
    const place = codecs.push((value) => column.mapFromDriverValue(value)) - 1;
    return `${JSON.stringify(name)}: c[${i}] === null ? null : f[${place}](c[${i}])`;
  });
  return compile(`return (c) => ({ ${members.join(', ')} })`, codecs) as ReturnType<typeof reader<S>>;
}

/** A row of a whole table. */
export const rowReader = <T extends SQLiteTable>(table: T) =>
  reader(getTableColumns(table) as Record<string, Column>) as (cells: unknown[]) => T['$inferSelect'];
