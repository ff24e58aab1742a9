import type { EndpointRow, Store } from '../store/port.ts';
import type { Vault } from '../security/seal.ts';

/** A secret in use; while one is being rotated out, both sign. */
export interface EndpointSecret {
  secret: string;
  /** Unix milliseconds; undefined: the current one. */
  expiresAtMs?: number;
}

/** An endpoint as the worker uses it. */
export interface LiveEndpoint {
  row: EndpointRow;
  secrets: EndpointSecret[];
}

const binding = (row: Pick<EndpointRow, 'merchantId' | 'id'>) => ({
  merchantId: row.merchantId,
  ownerId: row.id,
  field: 'secrets',
});

export const sealSecrets = (
  vault: Vault,
  row: Pick<EndpointRow, 'merchantId' | 'id'>,
  secrets: EndpointSecret[],
): Buffer => vault.seal(JSON.stringify(secrets), binding(row));

export const openSecrets = (vault: Vault, row: EndpointRow): EndpointSecret[] =>
  JSON.parse(vault.open(row.secrets, binding(row))) as EndpointSecret[];

/** All endpoints in memory, by merchant. */
export class EndpointBook {
  readonly #vault: Vault;
  readonly #byMerchant = new Map<string, Map<string, LiveEndpoint>>();
  readonly #changed: ((row: Pick<EndpointRow, 'merchantId' | 'id'>) => void)[] = [];
  readonly #disabled: ((row: EndpointRow) => void)[] = [];

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  async load(store: Store): Promise<void> {
    for (const row of await store.read.webhooks.allEndpoints()) this.refresh(row);
  }

  /** Told of what a merchant changed here, for other processes. */
  onChange(listener: (row: Pick<EndpointRow, 'merchantId' | 'id'>) => void): void {
    this.#changed.push(listener);
  }

  /** Told of those that were disabled here because they fail. */
  onDisabled(listener: (row: EndpointRow) => void): void {
    this.#disabled.push(listener);
  }

  disabled(row: EndpointRow): void {
    for (const listener of this.#disabled) listener(row);
  }

  put(row: EndpointRow): void {
    this.refresh(row);
    for (const listener of this.#changed) listener(row);
  }

  /** Takes in a row as it is in the ledger. */
  refresh(row: EndpointRow): void {
    const of = this.#byMerchant.get(row.merchantId) ?? new Map<string, LiveEndpoint>();
    of.set(row.id, { row, secrets: openSecrets(this.#vault, row) });
    this.#byMerchant.set(row.merchantId, of);
  }

  remove(row: Pick<EndpointRow, 'merchantId' | 'id'>): void {
    if (!this.#byMerchant.get(row.merchantId)?.delete(row.id)) return;
    for (const listener of this.#changed) listener(row);
  }

  get(merchantId: string, id: string): LiveEndpoint | undefined {
    return this.#byMerchant.get(merchantId)?.get(id);
  }

  find(id: string): LiveEndpoint | undefined {
    for (const of of this.#byMerchant.values()) {
      const live = of.get(id);
      if (live) return live;
    }
    return undefined;
  }

  /** Endpoints that want this type, disabled ones included. */
  wanting(merchantId: string, type: string): LiveEndpoint[] {
    const of = this.#byMerchant.get(merchantId);
    return of ? [...of.values()].filter(({ row }) => row.types === null || row.types.includes(type)) : [];
  }
}
