import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressRest, addressSchema, addressScheme } from './address.ts';

test.each([
  'tel:+33612345678',
  'mailto:ada@example.com',
  'telegram:12345',
  'whatsapp:FR.840200000000001',
  'webchat:v.abc-DEF_1',
  'a1+b.c-d:x',
  'mailto:üñí@example.com',
  'x-y:a:b:c',
])('%s is an address', (address) => {
  expect(addressSchema.safeParse(address).success).toBe(true);
});

test.each([
  '',
  'tel:',
  ':x',
  'tel',
  't:1',
  'Tel:+33',
  '1tel:x',
  'tel:+33 6',
  'tel:\t1',
  'tel:1\n',
  'tel:1\r\nX: 1',
  'tel:\u0000',
  'tel:\u007f',
  'a b:c',
  `tel:${'1'.repeat(509)}`,
])('%j is none', (address) => {
  expect(addressSchema.safeParse(address).success).toBe(false);
});

test('scheme and rest put an address together again, whatever stands in it', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z][a-z0-9+.-]{1,20}$/),
      fc.stringMatching(/^[!-~]{1,100}$/),
      (scheme, rest) => {
        const address = `${scheme}:${rest}`;
        expect(addressSchema.safeParse(address).success).toBe(true);
        expect([addressScheme(address), addressRest(address)]).toEqual([scheme, rest]);
      },
    ),
  );
});

test('what has no colon has no scheme', () => {
  expect(addressScheme('nothing')).toBe('');
});
