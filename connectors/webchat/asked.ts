import type { HookRequest } from '../contract/index.ts';
import type { WebchatHost } from './hub.ts';
import type { Threads } from './live.ts';
import type { WebchatAccount } from './manifest.ts';
import type { Polls } from './poll.ts';

/** A request for one of the widget's own addresses, with what answering it needs. */
export interface Asked {
  request: HookRequest;
  account: WebchatAccount;
  host: WebchatHost;
  threads: Threads;
  polls: Polls;
}
