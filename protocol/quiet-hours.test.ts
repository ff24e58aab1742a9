import { describe, expect, test } from 'vitest';
import { nextAllowed, sendingHours } from './quiet-hours.ts';

const next = (country: string, at: string): string =>
  new Date(nextAllowed(sendingHours[country]!.promotional!, Date.parse(at))).toISOString();

describe('France', () => {
  test.each([
    ['in the day', '2026-11-23T09:00:00.123Z', '2026-11-23T09:00:00.123Z'],
    ['one moment before eight', '2026-11-23T06:59:59.999Z', '2026-11-23T07:00:00.000Z'],
    ['at eight', '2026-11-23T07:00:00.000Z', '2026-11-23T07:00:00.000Z'],
    ['one moment before ten', '2026-11-23T20:59:59.999Z', '2026-11-23T20:59:59.999Z'],
    ['at ten', '2026-11-23T21:00:00.000Z', '2026-11-24T07:00:00.000Z'],
    ['in summer time', '2026-07-01T20:00:00.000Z', '2026-07-02T06:00:00.000Z'],
    ['Saturday night, over Sunday', '2026-11-21T22:30:00.000Z', '2026-11-23T07:00:00.000Z'],
    ['Sunday at noon', '2026-11-22T11:00:00.000Z', '2026-11-23T07:00:00.000Z'],
    ['the night in which the clocks go forward', '2027-03-27T22:00:00.000Z', '2027-03-30T06:00:00.000Z'],
    ['Christmas, a Friday', '2026-12-25T11:00:00.000Z', '2026-12-26T07:00:00.000Z'],
    ['New Year, over a weekend', '2028-01-01T11:00:00.000Z', '2028-01-03T07:00:00.000Z'],
    ['Easter Monday 2026', '2026-04-06T11:00:00.000Z', '2026-04-07T06:00:00.000Z'],
    ['Ascension Day 2026', '2026-05-14T11:00:00.000Z', '2026-05-15T06:00:00.000Z'],
    ['Whit Monday 2026', '2026-05-25T11:00:00.000Z', '2026-05-26T06:00:00.000Z'],
    ['14 July', '2026-07-14T11:00:00.000Z', '2026-07-15T06:00:00.000Z'],
    ['a Saturday', '2026-11-21T11:00:00.000Z', '2026-11-21T11:00:00.000Z'],
  ])('%s', (_, at, allowed) => expect(next('FR', at)).toBe(allowed));

  test.each([
    [2024, '03-31'],
    [2025, '04-20'],
    [2027, '03-28'],
    [2030, '04-21'],
    [2038, '04-25'],
  ])('Easter Monday of %i follows the Sunday', (year, sunday) => {
    const monday = Date.parse(`${year}-${sunday}T10:00:00Z`) + 86_400_000;
    const hours = sendingHours['FR']!.promotional!;
    expect(nextAllowed(hours, monday) - monday).toBeGreaterThan(3600_000);
    expect(nextAllowed(hours, monday + 86_400_000)).toBe(monday + 86_400_000);
  });

  test('overseas it is the time of there', () => {
    expect(next('RE', '2026-11-23T04:00:00.000Z')).toBe('2026-11-23T04:00:00.000Z');
    expect(next('GP', '2026-11-23T11:00:00.000Z')).toBe('2026-11-23T12:00:00.000Z');
  });
});

test('where a country has several zones, it is the right time in all of them', () => {
  // eight in Honolulu is one in the afternoon in New York; nine in the evening there is four in Honolulu
  expect(next('US', '2026-11-23T14:00:00.000Z')).toBe('2026-11-23T18:00:00.000Z');
  expect(next('US', '2026-11-24T01:59:00.000Z')).toBe('2026-11-24T01:59:00.000Z');
  expect(next('US', '2026-11-24T02:00:00.000Z')).toBe('2026-11-24T18:00:00.000Z');
});

test('every rule names its document and real zones, and lets something through within two weeks', () => {
  for (const purposes of Object.values(sendingHours))
    for (const hours of Object.values(purposes)) {
      expect(hours.document.url).toMatch(/^https:/);
      expect(hours.zones.length).toBeGreaterThan(0);
      for (let day = 0; day < 366; day += 5) {
        const at = Date.UTC(2026, 0, 1 + day, 3);
        expect(nextAllowed(hours, at) - at).toBeLessThan(14 * 86_400_000);
      }
    }
});
