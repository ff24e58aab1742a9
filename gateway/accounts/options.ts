import type { Context, Log } from '../../connectors/contract/index.ts';
import type { Clock } from '../clock.ts';
import type { ExchangeLog } from '../exchanges/log.ts';
import type { Vault } from '../security/seal.ts';
import type { Store } from '../store/port.ts';
import type { Conditions } from './conditions.ts';
import type { AccountRegistry } from './registry.ts';

/** What accounts are managed with. */
export interface AccountOptions {
  store: Store;
  clock: Clock;
  log: Log;
  vault: Vault;
  registry: AccountRegistry;
  context: Context;
  conditions: Conditions;
  exchanges: ExchangeLog;
  /** Where the gateway is reached. */
  view: { publicUrl: () => string };
}
