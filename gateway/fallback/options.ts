import type { Context, Log } from '../../connectors/contract/index.ts';
import type { WriteOptions } from '../messages/write.ts';
import type { RouteOptions } from '../routing/candidates.ts';
import type { Store } from '../store/port.ts';

export interface FallbackOptions extends WriteOptions, RouteOptions {
  store: Store;
  log: Log;
  /** For connectors that are asked to take something back. */
  context: Context;
}
