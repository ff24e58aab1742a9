import type { Connector } from '../../connectors/contract/index.ts';
import { ExchangeLog } from '../exchanges/log.ts';
import { recorded } from '../exchanges/recording.ts';
import { Conditions } from './conditions.ts';
import { HealthWatch } from './health.ts';
import type { HealthOptions } from './health.ts';
import { createRegistry } from './registry.ts';
import type { AccountRegistry } from './registry.ts';
import { Rechecks } from './recheck.ts';
import { createPreviousAccounts } from './rotation.ts';
import { repeatSetups } from './setup.ts';
import type { AccountOptions } from './options.ts';

export interface CareOptions extends Pick<AccountOptions, 'store' | 'clock' | 'log' | 'vault'> {
  connectors: readonly Connector[];
  publicUrl: () => string;
}

/** What belongs to accounts beside their rows: the registry, what they say to their platforms, how they stand. */
export interface AccountCare {
  registry: AccountRegistry;
  exchanges: ExchangeLog;
  conditions: Conditions;
  previousAccounts: ReturnType<typeof createPreviousAccounts>;
  /** Called once sends and connections can be watched. */
  watch(of: Pick<HealthOptions, 'emit' | 'connection'>): HealthWatch;
  /** Once everything runs: writes and looks begin, platforms are asked again, and set-ups that failed or moved are done again. */
  start(options: AccountOptions, health: HealthWatch): void;
  /** Asks nobody any more. */
  stop(): Promise<void>;
}

/** Every call of a connector to its platform is recorded, wherever it comes from. */
export function createAccountCare({ connectors, publicUrl, ...options }: CareOptions): AccountCare {
  const { vault, log } = options;
  const exchanges = new ExchangeLog(options);
  const conditions = new Conditions();
  const wrap = (connector: Connector) => recorded(connector, exchanges);
  const registry = createRegistry({ connectors, vault, publicUrl, wrap });
  let rechecks: Rechecks | undefined;
  return {
    registry,
    exchanges,
    conditions,
    previousAccounts: createPreviousAccounts(vault, conditions),
    watch: (of) => new HealthWatch({ ...options, ...of, registry, conditions }),
    start(accounts, health) {
      exchanges.start();
      health.start();
      rechecks = new Rechecks(accounts);
      rechecks.start();
      repeatSetups(accounts).catch((error: unknown) => log.error('account.setups_failed', { error }));
    },
    stop: async () => rechecks?.stop(),
  };
}

/** Where a breaker stands, out of those that are not closed. */
export const breakerIn =
  (broken: () => readonly { accountId: string; state: 'open' | 'probing' }[]) =>
  (accountId: string): 'closed' | 'open' | 'probing' =>
    broken().find((one) => one.accountId === accountId)?.state ?? 'closed';
