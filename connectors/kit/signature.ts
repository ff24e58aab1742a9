import { createHmac, timingSafeEqual, createHash } from 'node:crypto';

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** HMAC of raw bytes. */
export const hmac = (
  algorithm: HmacAlgorithm,
  secret: string | Uint8Array,
  data: string | Uint8Array,
): Buffer => createHmac(algorithm, secret).update(data).digest();

/** Compares two secrets in a time that tells nothing of where they differ, nor of their lengths. */
export function sameSecret(given: string | undefined, expected: string): boolean {
  if (given === undefined || expected === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Whether `given` (hex or base64, without any prefix) is the HMAC of `data`. */
export function hmacMatches(options: {
  algorithm: HmacAlgorithm;
  secret: string;
  data: string | Uint8Array;
  given: string | undefined;
  encoding: 'hex' | 'base64';
}): boolean {
  if (!options.given || !options.secret) return false;
  const given = Buffer.from(options.given, options.encoding);
  const expected = hmac(options.algorithm, options.secret, options.data);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
