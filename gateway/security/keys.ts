import { hash, randomBytes } from 'node:crypto';

export type KeyMode = 'test' | 'live';

/** A merchant's API key: `test_` or `live_` and 32 random bytes. Shown once; the ledger keeps its hash. */
export function makeApiKey(mode: KeyMode): { key: string; hash: string; prefix: string } {
  const key = `${mode}_${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashKey(key), prefix: key.slice(0, 12) };
}

/** Keys have 256 bits of randomness, so a plain hash cannot be reversed by guessing. */
export const hashKey = (key: string): string => hash('sha256', key, 'hex');

/** A Standard Webhooks secret: `whsec_` and 32 bytes in base64. */
export const makeWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
