import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { e164, normaliseTel, telAddress, telNumber } from './phone.ts';

test.each([
  ['tel:+33 6 39 98 00 01', undefined, 'tel:+33639980001'],
  ['tel:06.39.98.00.01', 'FR', 'tel:+33639980001'],
  ['tel:0033639980001', 'FR', 'tel:+33639980001'],
  ['tel:33639980001', 'FR', 'tel:+33639980001'],
  ['tel:(202) 555-0123', 'US', 'tel:+12025550123'],
  // Ofcom's range for drama: libphonenumber calls it invalid
  ['tel:+447700900123', undefined, 'tel:+447700900123'],
  // Brazil: a mobile from before the ninth digit; a landline stays
  ['tel:+551187654321', undefined, 'tel:+5511987654321'],
  ['tel:+5511987654321', undefined, 'tel:+5511987654321'],
  ['tel:11 8765-4321', 'BR', 'tel:+5511987654321'],
  ['tel:+551133334444', undefined, 'tel:+551133334444'],
  // Argentina: with and without the 9, and as it is dialled at home
  ['tel:+541123456789', undefined, 'tel:+5491123456789'],
  ['tel:+5491123456789', undefined, 'tel:+5491123456789'],
  ['tel:011 15 2345-6789', 'AR', 'tel:+5491123456789'],
  // Mexico: with and without the 1, and as it was dialled at home
  ['tel:+5215512345678', undefined, 'tel:+525512345678'],
  ['tel:+52 1 55 1234 5678', undefined, 'tel:+525512345678'],
  ['tel:+525512345678', undefined, 'tel:+525512345678'],
  ['tel:5512345678', 'MX', 'tel:+525512345678'],
  ['tel:044 55 1234 5678', 'MX', 'tel:+525512345678'],
  ['tel:1 55 1234 5678', 'MX', 'tel:+525512345678'],
  ['tel:5215512345678', 'MX', 'tel:+525512345678'],
  ['tel:38064', 'FR', 'tel:38064'],
  ['tel:alpha:ACME%20Bank', 'FR', 'tel:alpha:ACME%20Bank'],
])('%s in %s is %s', (given, country, canonical) => {
  expect(normaliseTel(given, country)).toBe(canonical);
});

test.each([
  'tel:',
  'tel:+',
  'tel:x',
  'tel:1',
  'tel:+999',
  'mailto:a@example.com',
  'tel:+33639980001;ext=2',
  'tel:alpha:',
  'tel:alpha:%zz',
  'tel:alpha:a b',
])('%s is no number', (given) => {
  expect(normaliseTel(given, 'FR')).toBeUndefined();
});

test.each([
  ['+33639980001', {}, 'tel:+33639980001'],
  ['33639980001', { international: true }, 'tel:+33639980001'],
  ['33639980001', { country: 'FR' }, 'tel:+33639980001'],
  ['0639980001', { country: 'FR' }, 'tel:+33639980001'],
  ['5215512345678', { international: true }, 'tel:+525512345678'],
  ['551187654321', { international: true, country: 'FR' }, 'tel:+5511987654321'],
  ['38064', { country: 'FR', international: true }, 'tel:38064'],
  ['ACME Bank', {}, 'tel:alpha:ACME%20Bank'],
  ['💥'.repeat(30), {}, `tel:alpha:${encodeURIComponent('💥'.repeat(10))}%EF%BF%BD`],
  [' ', {}, undefined],
  ['', {}, undefined],
])('a sender %j read with %j is %s', (sender, reading, address) => {
  expect(telAddress(sender, reading)).toBe(address);
});

test('whoever writes can be named, and what is named stays as it is', () => {
  const countries = fc.constantFrom(undefined, 'FR', 'BR', 'AR', 'MX', 'US', 'XX');
  const senders = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.stringMatching(/^\+?\d{1,22}$/),
    fc.stringMatching(/^(52|54|55)1?\d{8,11}$/),
  );
  fc.assert(
    fc.property(senders, countries, fc.boolean(), (sender, country, international) => {
      const address = telAddress(sender, { country, international });
      if (address !== undefined) expect(normaliseTel(address, country)).toBe(address);
    }),
    { numRuns: 2000, seed: 20_261_122 },
  );
});

test('a name cannot be written to', () => {
  expect(telNumber('tel:+33639980001')).toBe('+33639980001');
  expect(telNumber('tel:38064')).toBe('38064');
  expect(telNumber('tel:alpha:ACME')).toBeUndefined();
  expect(telNumber('mailto:a@example.com')).toBeUndefined();
});

test('a country that does not exist is none', () => {
  expect(e164('0639980001', 'XX')).toBeUndefined();
  expect(e164('+33639980001', 'XX')).toBe('+33639980001');
});
