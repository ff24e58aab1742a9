import { expect, test } from 'vitest';
import { allowedAt } from './allowed.ts';

const at = (address: string, time: string, purpose: 'transactional' | 'promotional' = 'promotional') =>
  new Date(allowedAt(address, purpose, Date.parse(time))).toISOString();

const night = '2026-11-23T22:00:00.000Z';

test.each([
  ['a French number', 'tel:+33639980001', '2026-11-24T07:00:00.000Z'],
  ['a French one that no plan knows', 'tel:+33900', '2026-11-24T07:00:00.000Z'],
  ['one of Réunion, where it is morning by then', 'tel:+262692123456', '2026-11-24T04:00:00.000Z'],
  ['one in the United States, where it is afternoon', 'tel:+12025550143', night],
  ['one of the reserved range of North America', 'tel:+15550100', night],
  ['a country without a rule', 'tel:+447700900123', night],
  ['an address that tells no country', 'mailto:ada@example.com', night],
  ['a number on another channel', 'whatsapp:33639980001', night],
  ['what is no number', 'tel:anonymous', night],
])('%s', (_, address, allowed) => expect(at(address, night)).toBe(allowed));

test('what is shared between countries with rules waits for both', () => {
  // +262 is Réunion and Mayotte; an unknown number may be of either: eight in the later one, Mayotte
  expect(at('tel:+262100', '2026-11-23T22:00:00.000Z')).toBe('2026-11-24T05:00:00.000Z');
});

test('transactional messages go at any time', () => {
  expect(at('tel:+33639980001', night, 'transactional')).toBe(night);
});
