import { expect, test } from 'vitest';
import { capabilitiesSchema, kinds } from './capabilities.ts';
import { contentKinds } from './content.ts';

test('a table names every kind: signals are dropped, the rest adapted, unless named', () => {
  const table = kinds({ text: 'native', typing: 'native' });
  expect(Object.keys(table)).toEqual(contentKinds);
  expect(table).toMatchObject({ text: 'native', typing: 'native', read: 'dropped', card: 'adapted' });
  expect(kinds({}, 'refused')).toMatchObject({ text: 'refused', typing: 'dropped', read: 'dropped' });
});

test('the schema wants a whole table and knows every unit', () => {
  const whole = {
    outbound: kinds({ text: 'native' }),
    inbound: kinds({}),
    text: { max: 160, unit: 'septets' },
    receipts: ['sent'],
  };
  expect(capabilitiesSchema.safeParse(whole).success).toBe(true);
  const { text: _, ...partial } = kinds({});
  expect(capabilitiesSchema.safeParse({ ...whole, outbound: partial }).success).toBe(false);
  for (const wrong of [
    { max: 0, unit: 'septets' },
    { max: 1.5, unit: 'septets' },
    { max: 1, unit: 'letters' },
    { max: 1 },
  ])
    expect(capabilitiesSchema.safeParse({ ...whole, text: wrong }).success).toBe(false);
  expect(capabilitiesSchema.safeParse({ ...whole, colour: 1 }).success).toBe(false);
});
