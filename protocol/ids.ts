import { z } from 'zod';

/**
 * Identifiers: a prefix that names the thing, an underscore, and 26 characters of Crockford base 32:
 * 48 bits of Unix milliseconds, then 80 random bits. They sort by the time they were made
 * (layout of the ULID specification), hold no more than that time, and are safe in a subject, a path and a header.
 */
export const idPrefixes = {
  merchant: 'mer',
  key: 'key',
  account: 'acc',
  consumer: 'csm',
  conversation: 'cnv',
  message: 'msg',
  attempt: 'att',
  event: 'evt',
  media: 'med',
  endpoint: 'whe',
  replay: 'rpl',
  request: 'req',
} as const;

export type IdKind = keyof typeof idPrefixes;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const body = '[0-7][0-9A-HJKMNP-TV-Z]{25}';

/** What an id is made from: Unix milliseconds and at least 10 random bytes. */
export interface IdSource {
  nowMs: number;
  random: Uint8Array;
}

/** Makes an id. Pure: the same time and bytes give the same id. */
export function makeId(kind: IdKind, { nowMs, random }: IdSource): string {
  let time = '';
  for (let left = nowMs, i = 0; i < 10; i++, left = Math.floor(left / 32)) time = alphabet[left % 32] + time;
  let tail = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < 10; i++) {
    held = (held << 8) | (random[i] ?? 0);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return `${idPrefixes[kind]}_${time}${tail}`;
}

/** The time an id was made, in Unix milliseconds; NaN for what is not an id. */
export function idTimeMs(id: string): number {
  const encoded = id.slice(id.indexOf('_') + 1, id.indexOf('_') + 11);
  let ms = 0;
  for (const letter of encoded) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return Number.NaN;
    ms = ms * 32 + value;
  }
  return encoded.length === 10 ? ms : Number.NaN;
}

const patterns = Object.fromEntries(
  Object.entries(idPrefixes).map(([kind, prefix]) => [kind, new RegExp(`^${prefix}_${body}$`)]),
) as Record<IdKind, RegExp>;

/** Schema of one kind of id. */
export const idSchema = (kind: IdKind) =>
  z.string().regex(patterns[kind], `expected an id that begins with ${idPrefixes[kind]}_`);

export const isId = (kind: IdKind, value: string): boolean => patterns[kind].test(value);
