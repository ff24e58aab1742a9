import type { LiveAccount } from '../accounts/registry.ts';
import type { ConnectorRuntime } from '../accounts/runtime.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { RemoteConnectors } from '../remote/bridge.ts';
import type { Health } from './policy.ts';

/** Whether an account works now, by those who would know. Asked for each way of each send: nothing here may take long. */
export const healthOf =
  (of: {
    runtime: Pick<ConnectorRuntime, 'session'>;
    remote: Pick<RemoteConnectors, 'isAway'>;
    dispatcher: Pick<Dispatcher, 'isBroken'>;
  }) =>
  ({ row, connector }: LiveAccount): Health => {
    if (of.remote.isAway(row.connector)) return 'away';
    const session = of.runtime.session(row.id);
    // what has a sender beside its connection (long poll, a socket for events) sends without it
    if (session && session.state !== 'connected' && !connector.sender) return 'disconnected';
    return of.dispatcher.isBroken(row.id) ? 'breaker_open' : 'up';
  };
