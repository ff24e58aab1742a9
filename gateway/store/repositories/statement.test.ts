import { expect, test } from 'vitest';
import { steady } from './statement.ts';

test('parameters that would have a statement planned anew at every run are made such that do not', () => {
  expect(steady('select * from "a" where "b" = ? and "c" <= ? order by "d" limit ? offset ?')).toBe(
    'select * from "a" where "b" = +? and "c" <= +? order by "d" limit +? offset +?',
  );
  expect(steady('select 1 from a where b = @b and c > @c limit @limit')).toBe(
    'select 1 from a where b = +@b and c > @c limit +@limit',
  );
});

test('nothing else is changed', () => {
  for (const text of [
    'insert into "a" ("b", "limit") values (?, ?) on conflict do nothing',
    'delete from "a" where "b" in (?, ?)',
    "select * from a where b = 'x' and c = 1 and d is not null limit 5",
    'select * from a where b = c order by d',
  ])
    expect(steady(text)).toBe(text);
});
