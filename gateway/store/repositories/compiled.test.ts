import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { filler, keyed, reader, rowReader } from './compiled.ts';

const table = sqliteTable('things', {
  'od"d': text('a'),
  data: text({ mode: 'json' }).$type<{ n: number } | null>(),
  on: integer({ mode: 'boolean' }),
  count: integer(),
});
const hole = sql.placeholder;
const db = drizzle.mock();

test('a row is made of its cells, JSON and booleans decoded, null kept', () => {
  const row = rowReader(table);
  expect(row(['x', '{"n":1}', 1, 7])).toEqual({ 'od"d': 'x', data: { n: 1 }, on: true, count: 7 });
  expect(row([null, null, null, null])).toEqual({ 'od"d': null, data: null, on: null, count: null });
  expect(reader({ switch: table.on })([0])).toEqual({ switch: false });
});

test('parameters are got out of the values, encoded as their columns are, constants among them', () => {
  const { params } = db
    .update(table)
    .set({ data: hole('data') as never, on: hole('on') as never, 'od"d': hole('od"d') as never, count: 5 })
    .where(eq(table.count, hole(keyed('count'))))
    .toSQL();
  const fill = filler(params);
  expect(fill({ data: { n: 2 }, on: false, 'od"d': 'y' }, { count: 3 })).toEqual(['y', '{"n":2}', 0, 5, 3]);
  expect(fill({ data: null, on: undefined, 'od"d': null }, { count: 4 })).toEqual([null, null, null, 5, 4]);
});
