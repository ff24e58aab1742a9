import { expect, test } from 'vitest';
import { Uploads } from './uploads.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('an id is good for the same bytes of the same account, until its time is over', () => {
  const uploads = new Uploads(1000);
  const key = uploads.keyOf(['account', 'image'], bytes('picture'));
  expect(uploads.find(key, 0)).toBeUndefined();
  uploads.keep(key, 'id-1', 0);
  expect(uploads.find(key, 999)).toBe('id-1');
  expect(uploads.find(key, 1000)).toBeUndefined();
  expect(uploads.find(uploads.keyOf(['account', 'image'], bytes('another')), 0)).toBeUndefined();
  expect(uploads.find(uploads.keyOf(['other', 'image'], bytes('picture')), 0)).toBeUndefined();
  uploads.forget(key);
  expect(uploads.find(key, 0)).toBeUndefined();
});
