import { credentialEnds } from './accounts/expiry.ts';
import type { Services } from './http/services.ts';
import type { Broken } from './processes/messages.ts';

/** What is measured when it is asked for. */
export function gauges(
  { metrics, store, bus, registry, conditions }: Services,
  broken: () => Broken[],
): void {
  metrics.gauge(
    'passerelle_events_unsettled',
    'Events whose webhooks are not settled',
    async () => (await store.read.events.unsettledCount()).depth,
  );
  metrics.gauge('passerelle_sends_queued', 'Deliveries that wait', async () =>
    (await store.read.deliveries.backlog()).reduce((sum, row) => sum + row.depth, 0),
  );
  metrics.gaugeBy(
    'passerelle_breaker_open',
    'Accounts to which nothing is sent because their platform fails: 1 while the breaker is open, 0.5 while a probe is out',
    {
      label: 'account',
      read: () => broken().map(({ accountId, state }) => [accountId, state === 'open' ? 1 : 0.5]),
    },
  );
  metrics.gaugeBy(
    'passerelle_account_credentials_expire_seconds',
    'When the credentials of accounts end, in Unix seconds, of those whose platform tells',
    { label: 'account', read: () => credentialEnds(registry, conditions) },
  );
  metrics.gauge('passerelle_commits', 'Group commits since the start', () => store.counts().commits);
  metrics.gauge('passerelle_commit_units', 'Units of work in them', () => store.counts().units);
  metrics.gauge('passerelle_bus_connected', '1 while the bus is there', () => (bus.connected() ? 1 : 0));
}
