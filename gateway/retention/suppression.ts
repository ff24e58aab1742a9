import { createHmac, createSecretKey } from 'node:crypto';
import type { Store, Tx } from '../store/port.ts';

/**
 * People who were erased, known by nothing but a keyed hash of each address: the key is the gateway's own and not in the ledger, so the
 * ledger alone doesn't tell even whose numbers these are. It keeps a merchant from writing to them again by accident, an old list say.
 */
export interface Suppression {
  hash(merchantId: string, address: string): string;
  isSuppressed(merchantId: string, address: string): Promise<boolean>;
  /**
   * Somebody wrote from an address that is new to the merchant. To write in lifts the suppression, but not an opt-out of before: that
   * stands until they opt in. True if it stands.
   */
  wroteIn(tx: Tx, merchantId: string, address: string): Promise<boolean>;
}

export function createSuppression(key: Uint8Array, store: Store): Suppression {
  const secret = createSecretKey(key);
  const hash = (merchantId: string, address: string) =>
    createHmac('sha256', secret).update(`${merchantId}\n${address}`).digest('base64url');
  return {
    hash,
    isSuppressed: async (merchantId, address) =>
      // most merchants have erased nobody: they don't pay for the hash
      (await store.read.erasures.hasSuppressions(merchantId)) &&
      (await store.read.erasures.suppression(merchantId, hash(merchantId, address))) !== undefined,
    async wroteIn(tx, merchantId, address) {
      if (!(await tx.erasures.hasSuppressions(merchantId))) return false;
      const hashed = hash(merchantId, address);
      const row = await tx.erasures.suppression(merchantId, hashed);
      if (row) await tx.erasures.liftSuppression(merchantId, hashed);
      return row?.optedOut ?? false;
    },
  };
}
