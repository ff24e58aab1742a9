import type { ServerResponse } from 'node:http';
import type { Account, Context, Log } from '../../connectors/contract/index.ts';
import type { Conditions } from '../accounts/conditions.ts';
import type { HealthWatch } from '../accounts/health.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { ConnectorRuntime } from '../accounts/runtime.ts';
import type { Bus } from '../bus/port.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import type { ExchangeLog } from '../exchanges/log.ts';
import type { Accept } from '../ingest/accept.ts';
import type { BlobStore } from '../media/blobs.ts';
import type { MediaService } from '../media/service.ts';
import type { Caller } from '../merchants/manage.ts';
import type { Sending, SendResult } from '../messages/send.ts';
import type { ViewOptions } from '../messages/view.ts';
import type { Metrics } from '../metrics.ts';
import type { RemoteConnectors } from '../remote/bridge.ts';
import type { ReplayRunner } from '../replay/runner.ts';
import type { Erasures } from '../retention/erasures.ts';
import type { Cursors } from '../security/cursors.ts';
import type { LinkSigner } from '../security/links.ts';
import type { RouteOptions } from '../routing/candidates.ts';
import type { Vault } from '../security/seal.ts';
import type { Store } from '../store/port.ts';
import type { EndpointBook } from '../webhooks/endpoints.ts';
import type { WebhookWorker } from '../webhooks/worker.ts';

/** What the routes stand on; put together in the composition root. */
export interface Services {
  store: Store;
  bus: Bus;
  clock: Clock;
  log: Log;
  vault: Vault;
  links: LinkSigner;
  cursors: Cursors;
  registry: AccountRegistry;
  runtime: ConnectorRuntime;
  conditions: Conditions;
  exchanges: ExchangeLog;
  accountHealth: HealthWatch;
  /** Whether an account's circuit breaker lets sends through. */
  breakerOf(accountId: string): 'closed' | 'open' | 'probing';
  /** The account with earlier credentials that are still good to verify what comes in. */
  previousAccounts(live: LiveAccount, nowMs: number): Account[];
  remote: RemoteConnectors;
  endpoints: EndpointBook;
  worker: Pick<WebhookWorker, 'recovered'>;
  media: MediaService;
  blobs: BlobStore;
  metrics: Metrics;
  /** The other processes of the gateway. */
  processes: { readonly started: boolean; metrics(): Promise<object[]> };
  view: ViewOptions;
  context: Context;
  accept: Accept;
  emit: Emit;
  replays: ReplayRunner;
  erasures: Erasures;
  send(sending: Sending): Promise<SendResult>;
  health: RouteOptions['health'];
  isSuppressed: RouteOptions['isSuppressed'];
  reachability: RouteOptions['reachability'];
  /** SHA-256 of the operator's key. */
  adminKeyHash: Buffer;
  /** Requests per second and merchant. */
  merchantRate: number;
}

/** What a request carries on its way through the routes. */
export interface Env {
  /** Node's own response; not there where a test asks the app itself. */
  Bindings: { outgoing?: ServerResponse };
  Variables: {
    requestId: string;
    caller: Caller;
    /** The exact bytes of a JSON body, checked for encoding and depth. */
    rawBody: Uint8Array;
  };
}
