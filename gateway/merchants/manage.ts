import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import { hashKey, makeApiKey } from '../security/keys.ts';
import type { KeyMode } from '../security/keys.ts';
import type { ApiKeyRow, MerchantRow, Store } from '../store/port.ts';

export interface MerchantOptions {
  store: Store;
  clock: Clock;
}

/** Who a request speaks for. */
export interface Caller {
  merchantId: string;
  keyId: string;
  test: boolean;
}

export async function createMerchant({ store, clock }: MerchantOptions, name: string): Promise<MerchantRow> {
  const row: MerchantRow = { id: clock.id('merchant'), name, createdAt: clock.now() };
  await store.write(async (tx) => {
    await tx.merchants.insert(row);
    await tx.trace.insertAudit({
      at: row.createdAt,
      actor: 'operator',
      action: 'merchant.created',
      subject: row.id,
    });
  });
  return row;
}

/** Makes a key; the key itself is in the answer and nowhere else. */
export async function createKey(
  { store, clock }: MerchantOptions,
  of: { merchantId: string; mode: KeyMode; name: string; expiresAt?: number | undefined },
): Promise<{ row: ApiKeyRow; key: string }> {
  if (!(await store.read.merchants.byId(of.merchantId)))
    throw new Refusal('not_found', `There is no merchant ${of.merchantId}.`);
  const { key, hash, prefix } = makeApiKey(of.mode);
  const row: ApiKeyRow = {
    id: clock.id('key'),
    merchantId: of.merchantId,
    hash,
    prefix,
    mode: of.mode,
    name: of.name,
    createdAt: clock.now(),
    expiresAt: of.expiresAt ?? null,
    revokedAt: null,
  };
  await store.write(async (tx) => {
    await tx.merchants.insertKey(row);
    await tx.trace.insertAudit({
      at: row.createdAt,
      actor: 'operator',
      action: 'key.created',
      subject: row.id,
    });
  });
  return { row, key };
}

export async function revokeKey(
  { store, clock }: MerchantOptions,
  merchantId: string,
  id: string,
): Promise<void> {
  const revoked = await store.write(async (tx) => {
    const done = await tx.merchants.revokeKey(merchantId, id, clock.now());
    if (done)
      await tx.trace.insertAudit({ at: clock.now(), actor: 'operator', action: 'key.revoked', subject: id });
    return done;
  });
  if (!revoked) throw new Refusal('not_found', `There is no live key ${id}.`);
}

/** Who a key belongs to; undefined if it is unknown, expired or revoked. */
export async function authenticate(
  { store, clock }: MerchantOptions,
  key: string,
): Promise<Caller | undefined> {
  if (!/^(test|live)_[\w-]{43}$/.test(key)) return undefined;
  const row = await store.read.merchants.keyByHash(hashKey(key));
  if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= clock.now()))
    return undefined;
  return { merchantId: row.merchantId, keyId: row.id, test: row.mode === 'test' };
}
