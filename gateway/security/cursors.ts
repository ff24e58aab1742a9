import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/**
 * Opaque cursors. A place in the ledger is encrypted together with its owner, so that it tells nothing of how much others
 * write, and is worth nothing to them. One AES block: 8 bytes of owner, 8 bytes of place.
 */
export interface Cursors {
  encode(owner: string, place: number): string;
  /** undefined for what isn't a cursor of this owner. */
  decode(owner: string, cursor: string): number | undefined;
}

export function createCursors(key: Uint8Array): Cursors {
  const tag = (owner: string) => createHash('sha256').update(owner).digest().subarray(0, 8);
  return {
    encode(owner, place) {
      const block = Buffer.alloc(16);
      tag(owner).copy(block);
      block.writeBigUInt64BE(BigInt(place), 8);
      const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url');
    },
    decode(owner, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length !== 16) return undefined;
      const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      const block = Buffer.concat([decipher.update(bytes), decipher.final()]);
      if (!block.subarray(0, 8).equals(tag(owner))) return undefined;
      const place = block.readBigUInt64BE(8);
      return place <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(place) : undefined;
    },
  };
}
