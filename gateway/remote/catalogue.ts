import { createHash } from 'node:crypto';
import type { Connector } from '../../connectors/contract/index.ts';
import { wireManifestSchema } from '../../protocol/connector-wire/index.ts';
import type { WireManifest } from '../../protocol/connector-wire/index.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/port.ts';

export interface CatalogueOptions {
  registry: AccountRegistry;
  store: Store;
  clock: Clock;
  /** Connectors that the operator lets run in other processes. */
  names: readonly string[];
  /** Makes a connector of a manifest; throws where its JSON Schemas are none that can be checked with. */
  make(manifest: WireManifest): Connector;
}

const hashOf = (raw: unknown): string => createHash('sha256').update(JSON.stringify(raw)).digest('base64');

/** What connectors in other processes said of themselves last: in the ledger, so that their accounts outlive a restart. */
export class Catalogue {
  readonly #o: CatalogueOptions;
  readonly #known = new Map<string, { manifest: WireManifest; hash: string }>();

  constructor(options: CatalogueOptions) {
    this.#o = options;
  }

  /** Called before accounts are put. */
  async restore(): Promise<void> {
    for (const row of await this.#o.store.read.remote.all()) {
      const read = wireManifestSchema.safeParse(row.manifest);
      if (this.#o.names.includes(row.name) && read.success) this.#install(row.manifest, read.data);
    }
  }

  manifest(name: string): WireManifest | undefined {
    return this.#known.get(name)?.manifest;
  }

  /** Whether this is what the connector said of itself last. */
  knows(name: string, raw: unknown): boolean {
    return this.#known.get(name)?.hash === hashOf(raw);
  }

  /**
   * Writes a new manifest down and has the connector's accounts follow it; gives those that it does not fit. undefined: its JSON
   * Schemas are none that can be checked with.
   */
  async take(raw: Record<string, unknown>, manifest: WireManifest): Promise<string[] | undefined> {
    const { store, registry, clock } = this.#o;
    if (!this.#makes(manifest)) return undefined;
    const row = { name: manifest.name, manifest: raw, updatedAt: clock.now() };
    await store.write((tx) => tx.remote.put(row));
    this.#install(raw, manifest);
    const unusable: string[] = [];
    for (const account of await store.read.accounts.all()) {
      if (account.connector !== manifest.name) continue;
      try {
        registry.put(account);
      } catch {
        registry.remove(account.id);
        unusable.push(account.id);
      }
    }
    return unusable;
  }

  #makes(manifest: WireManifest): boolean {
    try {
      this.#o.make(manifest);
      return true;
    } catch {
      return false;
    }
  }

  #install(raw: unknown, manifest: WireManifest): void {
    if (!this.#makes(manifest)) return;
    this.#known.set(manifest.name, { manifest, hash: hashOf(raw) });
    this.#o.registry.install(this.#o.make(manifest));
  }
}
