import { describe, expect, it } from 'vitest';
import { normaliseTel as normalise } from '../kit/phone.ts';
import { addressOf, destinationOf, sourceOf } from './address.ts';

describe('addresses', () => {
  const same: [string, string | undefined, string][] = [
    ['tel:+33 6 39 98 00 01', undefined, 'tel:+33639980001'],
    ['tel:+33(0)639980001', undefined, 'tel:+33639980001'],
    ['tel:06.39.98.00.01', 'FR', 'tel:+33639980001'],
    ['tel:0033639980001', 'FR', 'tel:+33639980001'],
    ['tel:33639980001', 'FR', 'tel:+33639980001'],
    // Ofcom's range for drama: libphonenumber calls it invalid
    ['tel:+447700900123', undefined, 'tel:+447700900123'],
    ['tel:07700900123', 'GB', 'tel:+447700900123'],
    ['tel:(202) 555-0123', 'US', 'tel:+12025550123'],
    // Brazil: a mobile from before the ninth digit; a landline stays
    ['tel:+551187654321', undefined, 'tel:+5511987654321'],
    ['tel:+5511987654321', undefined, 'tel:+5511987654321'],
    ['tel:+551133334444', undefined, 'tel:+551133334444'],
    // Argentina: with and without the 9, and as it is dialled at home
    ['tel:+541123456789', undefined, 'tel:+5491123456789'],
    ['tel:+5491123456789', undefined, 'tel:+5491123456789'],
    ['tel:011 15 2345-6789', 'AR', 'tel:+5491123456789'],
    ['tel:38064', 'FR', 'tel:38064'],
    ['tel:alpha:ACME%20Bank', 'FR', 'tel:alpha:ACME%20Bank'],
  ];
  for (const [given, country, canonical] of same)
    it(`${given} is ${canonical}`, () => expect(normalise(given, country)).toBe(canonical));

  it('refuses what is no number', () => {
    for (const given of [
      'tel:',
      'tel:+',
      'tel:x',
      'mailto:a@example.com',
      'tel:+33639980001;ext=2',
      'tel:1',
      'tel:alpha:',
      'tel:alpha:%zz',
      'tel:alpha:a b',
      'tel:+999',
    ])
      expect([given, normalise(given, 'FR')]).toEqual([given, undefined]);
  });

  it('reads senders by their type of number', () => {
    expect(addressOf({ ton: 1, npi: 1, value: '33639980001' })).toBe('tel:+33639980001');
    expect(addressOf({ ton: 1, npi: 1, value: '+33639980001' })).toBe('tel:+33639980001');
    expect(addressOf({ ton: 2, npi: 1, value: '0639980001' }, 'FR')).toBe('tel:+33639980001');
    expect(addressOf({ ton: 0, npi: 1, value: '551187654321' })).toBe('tel:+5511987654321');
    expect(addressOf({ ton: 5, npi: 0, value: 'ACME' }, 'FR')).toBe('tel:alpha:ACME');
    expect(addressOf({ ton: 3, npi: 0, value: '38064' }, 'FR')).toBe('tel:38064');
    expect(addressOf({ ton: 1, npi: 1, value: '' })).toBeUndefined();
  });

  it('writes destinations and senders', () => {
    expect(destinationOf('tel:+33639980001')).toEqual({ ton: 1, npi: 1, value: '33639980001' });
    expect(destinationOf('tel:38064')).toEqual({ ton: 3, npi: 0, value: '38064' });
    expect(destinationOf('tel:alpha:ACME')).toBeUndefined();
    expect(sourceOf('+33639980100', {})).toEqual({ ton: 1, npi: 1, value: '33639980100' });
    expect(sourceOf('ACME', {})).toEqual({ ton: 5, npi: 0, value: 'ACME' });
    expect(sourceOf('38064', { ton: 6 })).toEqual({ ton: 6, npi: 0, value: '38064' });
    expect(sourceOf('', {})).toEqual({ ton: 0, npi: 0, value: '' });
  });
});
