import { expect, test } from 'vitest';
import { Found } from './found.ts';

test('what was found is asked for once, for each account apart; a refusal is asked again', async () => {
  const found = new Found<object>();
  const [one, other] = [{}, {}];
  let asked = 0;
  const ask = async () => ({ ok: true as const, id: `dm-${++asked}` });
  expect(await found.of(one, 'ada', ask)).toEqual({ ok: true, id: 'dm-1' });
  expect(await found.of(one, 'ada', ask)).toEqual({ ok: true, id: 'dm-1' });
  expect(await found.of(one, 'bea', ask)).toEqual({ ok: true, id: 'dm-2' });
  expect(await found.of(other, 'ada', ask)).toEqual({ ok: true, id: 'dm-3' });
  const refused = { ok: false as const, why: 'away' };
  expect(await found.of(other, 'bea', async () => refused)).toBe(refused);
  expect(await found.of(other, 'bea', ask)).toEqual({ ok: true, id: 'dm-4' });
});

test('it is bounded', async () => {
  const found = new Found<object>();
  const account = {};
  for (let i = 0; i <= 10_000; i++)
    await found.of(account, String(i), async () => ({ ok: true as const, id: String(i) }));
  expect(await found.of(account, '0', async () => ({ ok: true as const, id: 'again' }))).toEqual({
    ok: true,
    id: 'again',
  });
});
