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
