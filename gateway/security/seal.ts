import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** What a sealed value is bound to: opened with anything else, it does not open. */
export interface SealBinding {
  merchantId: string;
  /** The account or endpoint it belongs to. */
  ownerId: string;
  field: string;
}

export interface Vault {
  seal(plain: string, binding: SealBinding): Buffer;
  /** Throws if the bytes, the key or the binding are not what sealed them. */
  open(sealed: Uint8Array, binding: SealBinding): string;
  /** A key of its own for another purpose, so that no key has two. */
  derive(purpose: string): Buffer;
}

const version = 1;

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D): version, nonce, tag, ciphertext. */
export function createVault(masterKey: Uint8Array): Vault {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes');
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `passerelle/${purpose}`, 32));
  const key = derive('seal');
  const bound = ({ merchantId, ownerId, field }: SealBinding) =>
    Buffer.from(JSON.stringify([merchantId, ownerId, field]));
  return {
    derive,
    seal(plain, binding) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(binding));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, binding) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== version || bytes.length < 29) throw new Error('not a sealed value of this version');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13)).setAAD(bound(binding));
      decipher.setAuthTag(bytes.subarray(13, 29));
      return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8');
    },
  };
}

/** Seals every field of a record by itself, each bound to its name. */
export function sealFields(
  vault: Vault,
  fields: Record<string, unknown>,
  owner: Omit<SealBinding, 'field'>,
): Buffer {
  const sealed = Object.entries(fields).map(([field, value]) => [
    field,
    vault.seal(JSON.stringify(value), { ...owner, field }).toString('base64'),
  ]);
  return Buffer.from(JSON.stringify(Object.fromEntries(sealed)));
}

export function openFields(
  vault: Vault,
  sealed: Uint8Array,
  owner: Omit<SealBinding, 'field'>,
): Record<string, unknown> {
  const fields = JSON.parse(Buffer.from(sealed).toString('utf8')) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      JSON.parse(vault.open(Buffer.from(value, 'base64'), { ...owner, field })) as unknown,
    ]),
  );
}
