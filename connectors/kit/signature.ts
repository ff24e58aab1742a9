import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** HMAC of raw bytes. Bytes as a secret are made a key first: Node takes five times as long over them otherwise. */
export const hmac = (
  algorithm: HmacAlgorithm,
  secret: string | Uint8Array | KeyObject,
  data: string | Uint8Array,
): Buffer =>
  createHmac(algorithm, secret instanceof Uint8Array ? createSecretKey(secret) : secret)
    .update(data)
    .digest();

/** Compares two secrets in a time that tells nothing of where they differ, nor of their lengths. */
export function sameSecret(given: string | undefined, expected: string): boolean {
  if (given === undefined || expected === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * The bytes behind hexadecimal digits or base64, or undefined if that is not how they are written: Buffer passes over what it doesn't
 * know, and one signature would have many spellings.
 */
export function exactBytes(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === (encoding === 'hex' ? text.toLowerCase() : text) ? bytes : undefined;
}

/** Whether `given` (hex or base64, without any prefix) is the HMAC of `data`. */
export function hmacMatches(options: {
  algorithm: HmacAlgorithm;
  secret: string | Uint8Array;
  data: string | Uint8Array;
  given: string | undefined;
  encoding: 'hex' | 'base64';
}): boolean {
  if (!options.given || !options.secret) return false;
  const given = exactBytes(options.given, options.encoding);
  const expected = hmac(options.algorithm, options.secret, options.data);
  return given?.length === expected.length && timingSafeEqual(given, expected);
}
