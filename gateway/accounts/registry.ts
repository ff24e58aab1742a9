import type { Account, Connector } from '../../connectors/contract/index.ts';
import type { AccountRow } from '../store/port.ts';
import { openFields } from '../security/seal.ts';
import type { Vault } from '../security/seal.ts';

/** An account as it is used: its row, its connector, and what the connector sees of it. */
export interface LiveAccount {
  row: AccountRow;
  connector: Connector;
  account: Account;
}

export type RegistryChange = { type: 'put'; live: LiveAccount } | { type: 'removed'; live: LiveAccount };

/** Active accounts, held in memory: the hot paths ask nothing of the ledger. */
export interface AccountRegistry {
  connectors: ReadonlyMap<string, Connector>;
  /** Takes in a connector, or another version of one, while running. Its accounts are to be put again. */
  install(connector: Connector): void;
  get(id: string): LiveAccount | undefined;
  of(merchantId: string): readonly LiveAccount[];
  ofConnector(name: string): readonly LiveAccount[];
  /** Takes in a new or changed row. A disabled one is removed. Throws if its credentials don't open. */
  put(row: AccountRow): void;
  remove(id: string): void;
  onChange(listener: (change: RegistryChange) => void): void;
}

export function createRegistry(options: {
  connectors: readonly Connector[];
  vault: Vault;
  publicUrl: () => string;
  /** What is put around each connector, those of other processes too. */
  wrap?: (connector: Connector) => Connector;
}): AccountRegistry {
  const { wrap = (connector: Connector) => connector } = options;
  const connectors = new Map(
    options.connectors.map((connector) => [connector.manifest.name, wrap(connector)]),
  );
  const byId = new Map<string, LiveAccount>();
  const byMerchant = new Map<string, Map<string, LiveAccount>>();
  const listeners: ((change: RegistryChange) => void)[] = [];
  const tell = (change: RegistryChange) => {
    for (const listener of listeners) listener(change);
  };
  const remove = (id: string) => {
    const live = byId.get(id);
    if (!live) return;
    byId.delete(id);
    byMerchant.get(live.row.merchantId)?.delete(id);
    tell({ type: 'removed', live });
  };
  return {
    connectors,
    install: (connector) => void connectors.set(connector.manifest.name, wrap(connector)),
    get: (id) => byId.get(id),
    of: (merchantId) => [...(byMerchant.get(merchantId)?.values() ?? [])],
    ofConnector: (name) => [...byId.values()].filter((live) => live.row.connector === name),
    onChange: (listener) => void listeners.push(listener),
    remove,
    put(row) {
      const connector = connectors.get(row.connector);
      if (row.state !== 'active' || !connector) return remove(row.id);
      const credentials = openFields(options.vault, row.credentials, {
        merchantId: row.merchantId,
        ownerId: row.id,
      });
      const live: LiveAccount = {
        row,
        connector,
        account: {
          id: row.id,
          merchantId: row.merchantId,
          test: row.test,
          config: connector.manifest.config.parse(row.config),
          credentials: connector.manifest.credentials.parse(credentials),
          get hookUrl() {
            return `${options.publicUrl()}/hooks/${row.connector}/${row.id}`;
          },
        },
      };
      byId.set(row.id, live);
      const own = byMerchant.get(row.merchantId) ?? new Map<string, LiveAccount>();
      byMerchant.set(row.merchantId, own.set(row.id, live));
      tell({ type: 'put', live });
    },
  };
}

export const everyAccount = ({ connectors, ofConnector }: AccountRegistry): LiveAccount[] =>
  [...connectors.keys()].flatMap((name) => ofConnector(name));
