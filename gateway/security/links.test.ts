import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLinkSigner } from './links.ts';

const signer = createLinkSigner(randomBytes(32));
const nowMs = 1_790_000_000_500;
const parsed = (path: string) => {
  const url = new URL(path, 'http://gateway.test');
  return {
    id: url.pathname.slice('/media/'.length),
    exp: url.searchParams.get('exp')!,
    sig: url.searchParams.get('sig')!,
  };
};
const link = (id = 'med_1') => parsed(signer.mediaPath(id, nowMs + 60_000));

test('a link opens its own media until it expires', () => {
  const { id, exp, sig } = link();
  expect(signer.mediaAllowed(id, exp, sig, nowMs)).toBe(true);
  expect(signer.mediaAllowed(id, exp, sig, Number(exp) * 1000)).toBe(true);
  expect(signer.mediaAllowed(id, exp, sig, Number(exp) * 1000 + 1)).toBe(false);
});

test('invariant 8: it opens no other media, and no other gateway’s', () => {
  const { id, exp, sig } = link();
  expect(signer.mediaAllowed('med_2', exp, sig, nowMs)).toBe(false);
  expect(createLinkSigner(randomBytes(32)).mediaAllowed(id, exp, sig, nowMs)).toBe(false);
});

test('the time cannot be moved, in no way to write it', () => {
  const { id, exp, sig } = link();
  for (const other of [
    String(Number(exp) + 1),
    `0${exp}`,
    ` ${exp}`,
    `${exp} `,
    `+${exp}`,
    `${exp}.0`,
    `${exp}e0`,
    '99999999999999',
    'Infinity',
    'NaN',
    '-1',
    '0x7fffffff',
    '',
  ])
    expect(signer.mediaAllowed(id, other, sig, nowMs), other).toBe(false);
});

test('id and time cannot be shifted into one another', () => {
  const { exp, sig } = link('med_1');
  expect(signer.mediaAllowed(`med_1\n${exp}`, exp, sig, nowMs)).toBe(false);
  expect(signer.mediaAllowed('', exp, sig, nowMs)).toBe(false);
});

test('a signature that is missing, short, long or changed opens nothing', () => {
  const { id, exp, sig } = link();
  for (const other of [
    undefined,
    '',
    sig.slice(1),
    `${sig}AAAA`,
    sig.toUpperCase(),
    '%',
    Buffer.alloc(32).toString('base64url'),
  ])
    expect(signer.mediaAllowed(id, exp, other, nowMs)).toBe(false);
  for (let bit = 0; bit < 256; bit++) {
    const bytes = Buffer.from(sig, 'base64url');
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    expect(signer.mediaAllowed(id, exp, bytes.toString('base64url'), nowMs)).toBe(false);
  }
  expect(signer.mediaAllowed(id, undefined, sig, nowMs)).toBe(false);
});

const subscription = { merchantId: 'mer_1', address: 'mailto:ada@example.com' };
const token = (of = subscription, expiresAtMs = nowMs + 60_000) =>
  signer.unsubscribePath(of, expiresAtMs).slice('/unsubscribe/'.length);

test('an unsubscribe link leads to its own subscription until it expires', () => {
  expect(signer.unsubscribeOf(token(), nowMs)).toEqual(subscription);
  expect(signer.unsubscribeOf(token(), nowMs + 59_000)).toEqual(subscription);
  expect(signer.unsubscribeOf(token(), nowMs + 60_001)).toBeUndefined();
  for (const address of ['tel:+33639980001', `mailto:${'é"\\\n'.repeat(60)}@example.com`])
    expect(signer.unsubscribeOf(token({ ...subscription, address }), nowMs)).toEqual({
      ...subscription,
      address,
    });
});

test('it is the same whenever it is made, also by the next process, and no other gateway’s', () => {
  const key = randomBytes(32);
  const path = createLinkSigner(key).unsubscribePath(subscription, nowMs + 60_000);
  expect(createLinkSigner(key).unsubscribePath(subscription, nowMs + 60_000)).toBe(path);
  expect(createLinkSigner(key).unsubscribeOf(path.slice('/unsubscribe/'.length), nowMs)).toEqual(
    subscription,
  );
  expect(signer.unsubscribeOf(path.slice('/unsubscribe/'.length), nowMs)).toBeUndefined();
});

test('it tells nobody the address, nor how long it is', () => {
  const bytes = Buffer.from(token(), 'base64url').toString('latin1');
  for (const part of ['ada', 'example', 'mailto', 'mer_1']) expect(bytes).not.toContain(part);
  const other = token({ ...subscription, address: 'mailto:augusta.ada@example.com' });
  expect(other).toHaveLength(token().length);
  expect(other.slice(0, 12)).not.toBe(token().slice(0, 12));
});

test('attack: a changed, cut, lengthened or made-up one leads nowhere', () => {
  const good = token();
  const bytes = Buffer.from(good, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(signer.unsubscribeOf(changed.toString('base64url'), nowMs)).toBeUndefined();
  }
  for (let length = 0; length < good.length; length++)
    expect(signer.unsubscribeOf(good.slice(0, length), nowMs)).toBeUndefined();
  const media = link();
  for (const other of [
    `${good}A`,
    `${good}=`,
    `${good.slice(0, -1)} ${good.at(-1)}`,
    ` ${good}`,
    good.toUpperCase(),
    good + good,
    'A'.repeat(100_000),
    media.sig,
    '%00',
    Buffer.from(JSON.stringify([9_999_999_999, 'mer_1', 'mailto:ada@example.com'])).toString('base64url'),
  ])
    expect(signer.unsubscribeOf(other, nowMs), other.slice(0, 40)).toBeUndefined();
});
