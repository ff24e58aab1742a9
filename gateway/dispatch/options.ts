import type { Context, Log, SendOutcome, SendRequest } from '../../connectors/contract/index.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { MediaService } from '../media/service.ts';
import type { ViewOptions } from '../messages/view.ts';
import type { Store } from '../store/port.ts';

export interface DispatchOptions {
  store: Store;
  clock: Clock;
  log: Log;
  registry: AccountRegistry;
  media: MediaService;
  view: ViewOptions;
  emit: Emit;
  context: Context;
  /** Whether this process sends for an account; left out: for all. What it doesn't know of is another's too. */
  serves?: (accountId: string) => boolean;
  /** Whether it also ends what is too old and gives what is scheduled its place, for all accounts; left out: yes. */
  keepsTime?: boolean;
  send(live: LiveAccount, request: SendRequest, context: Context): Promise<SendOutcome>;
}
