import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVault, openFields, sealFields } from './seal.ts';

const vault = createVault(randomBytes(32));
const binding = { merchantId: 'mer_1', ownerId: 'acc_1', field: 'token' };

test('a sealed value opens with its own binding and shows nothing of itself', () => {
  const sealed = vault.seal('s3cret', binding);
  expect(vault.open(sealed, binding)).toBe('s3cret');
  expect(sealed.includes('s3cret')).toBe(false);
  expect(vault.seal('s3cret', binding).equals(sealed)).toBe(false);
});

test.each([
  ['another merchant', { ...binding, merchantId: 'mer_2' }],
  ['another account', { ...binding, ownerId: 'acc_2' }],
  ['another field', { ...binding, field: 'secret' }],
])('it does not open for %s', (_, other) => {
  expect(() => vault.open(vault.seal('s3cret', binding), other)).toThrow();
});

test('it does not open with a flipped bit or another master key', () => {
  const sealed = vault.seal('s3cret', binding);
  sealed[sealed.length - 1]! ^= 1;
  expect(() => vault.open(sealed, binding)).toThrow();
  expect(() => createVault(randomBytes(32)).open(vault.seal('s3cret', binding), binding)).toThrow();
});

test('fields of a record cannot be swapped', () => {
  const owner = { merchantId: 'mer_1', ownerId: 'acc_1' };
  const sealed = sealFields(vault, { a: 'one', b: 'two' }, owner);
  expect(openFields(vault, sealed, owner)).toEqual({ a: 'one', b: 'two' });
  const fields = JSON.parse(sealed.toString()) as Record<string, string>;
  const swapped = Buffer.from(JSON.stringify({ a: fields['b'], b: fields['a'] }));
  expect(() => openFields(vault, swapped, owner)).toThrow();
});
