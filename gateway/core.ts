import { join } from 'node:path';
import type { Connector, Context, Log } from '../connectors/contract/index.ts';
import { createHttpClient } from '../connectors/kit/http.ts';
import { createAccountCare } from './accounts/care.ts';
import type { AccountCare } from './accounts/care.ts';
import { createRenewal } from './accounts/renewal.ts';
import type { Bus } from './bus/port.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createEmit } from './events/emit.ts';
import type { Emit } from './events/emit.ts';
import { Outbox } from './events/outbox.ts';
import { BlobStore } from './media/blobs.ts';
import { MediaService } from './media/service.ts';
import type { ViewOptions } from './messages/view.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { createLinkSigner } from './security/links.ts';
import type { LinkSigner } from './security/links.ts';
import type { Vault } from './security/seal.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store/port.ts';
import { EndpointBook } from './webhooks/endpoints.ts';
import { WebhookWorker } from './webhooks/worker.ts';

const mediaLinkMs = 30 * 86_400_000;

export interface CoreOptions {
  settings: Settings;
  log: Log;
  vault: Vault;
  store: Store;
  bus: Bus;
  /** What this process may send with. */
  connectors: readonly Connector[];
  publicUrl: () => string;
  /** Whether this process takes events to webhooks. */
  takesWebhooks: boolean;
}

/** What every process of the gateway stands on, whatever its roles. Made, not started. */
export interface Core {
  clock: Clock;
  metrics: Metrics;
  http: ReturnType<typeof createHttpClient>;
  context: Context;
  links: LinkSigner;
  view: ViewOptions;
  care: AccountCare;
  blobs: BlobStore;
  media: MediaService;
  endpoints: EndpointBook;
  emit: Emit;
  outbox: Outbox;
  worker: WebhookWorker;
  /** Cuts off what is still called; after everything else was stopped. */
  abort(): void;
}

export function createCore(options: CoreOptions): Core {
  const { settings, log, vault, store, bus, connectors, publicUrl, takesWebhooks } = options;
  const clock = systemClock();
  const metrics = createMetrics();
  const links = createLinkSigner(vault.derive('links'));
  const view = { links, publicUrl, now: clock.now };
  const http = createHttpClient({ allowed: settings.allowedNetworks });
  const stopping = new AbortController();
  const care = createAccountCare({ store, clock, log, vault, connectors, publicUrl });
  const { registry } = care;
  const { now, random } = clock;
  const renewal = createRenewal({ store, clock, log, vault, registry });
  const context: Context = { http, log, now, random, signal: stopping.signal, renewal };
  const blobs = new BlobStore(join(settings.dataFolder, 'media'));
  const endpoints = new EndpointBook(vault);
  const emit = createEmit(clock, (event) => {
    metrics.event(event.type, event.channel ?? '_');
    outbox.push(event);
  });
  const worker = new WebhookWorker({ store, clock, http, log, endpoints, emit });
  const outbox = new Outbox({
    store,
    bus,
    log,
    clock,
    ...(takesWebhooks ? { recovered: (event) => worker.take(event) } : {}),
  });
  const link = (id: string) => `${publicUrl()}${links.mediaPath(id, clock.now() + mediaLinkMs)}`;
  const media = new MediaService({ store, clock, http, log, blobs, registry, emit, link });
  return {
    clock,
    metrics,
    http,
    context,
    links,
    view,
    care,
    blobs,
    media,
    endpoints,
    emit,
    outbox,
    worker,
    abort: () => stopping.abort(),
  };
}
