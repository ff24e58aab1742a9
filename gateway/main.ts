import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, Log } from '../connectors/contract/index.ts';
import { connectors } from '../connectors/generated/registry.ts';
import { createHttpClient } from '../connectors/kit/http.ts';
import { sendSubject } from '../protocol/subjects.ts';
import { breakerIn, createAccountCare } from './accounts/care.ts';
import { createRenewal } from './accounts/renewal.ts';
import { ConnectorRuntime } from './accounts/runtime.ts';
import { startNatsServer } from './bus/embedded/server.ts';
import type { NatsServer } from './bus/embedded/server.ts';
import { openNats } from './bus/nats.ts';
import type { Bus } from './bus/port.ts';
import { systemClock } from './clock.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { createEmit, emittedOf } from './events/emit.ts';
import { Outbox } from './events/outbox.ts';
import { Fallbacks } from './fallback/fallbacks.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import type { Services } from './http/services.ts';
import { createAccept } from './ingest/accept.ts';
import type { Banner } from './launch/banner.ts';
import { readFirstRun, writeFirstRun } from './launch/first-run.ts';
import { BlobStore } from './media/blobs.ts';
import { MediaService } from './media/service.ts';
import { createSend } from './messages/send.ts';
import type { WriteOptions } from './messages/write.ts';
import { createMetrics } from './metrics.ts';
import { formerPort, writeAccess } from './remote/access.ts';
import { RemoteConnectors } from './remote/bridge.ts';
import { remoteObstacle } from './remote/obstacle.ts';
import { seedSandbox, sandboxPages } from './sandbox.ts';
import { createSuppression } from './retention/suppression.ts';
import { healthOf } from './routing/health.ts';
import { createCursors } from './security/cursors.ts';
import { adminKeyOf, masterKeyOf } from './security/key-files.ts';
import { createLinkSigner } from './security/links.ts';
import { createVault } from './security/seal.ts';
import type { Vault } from './security/seal.ts';
import { SettingError } from './settings.ts';
import type { Settings } from './settings.ts';
import { openSqlite } from './store/sqlite.ts';
import { startSweeps } from './store/sweeps.ts';
import { gauges } from './gauges.ts';
import { createHousekeeping } from './housekeeping.ts';
import { EndpointBook } from './webhooks/endpoints.ts';
import { WebhookWorker } from './webhooks/worker.ts';

const stopGraceMs = 6000;
const mediaLinkMs = 30 * 86_400_000;
const merchantRate = 5000;

export interface Gateway {
  url: string;
  banner: Omit<Banner, 'dataFolder'>;
  /** Stops accepting, finishes what is in hand, closes everything; within 10 s. */
  stop(): Promise<void>;
}

/** The composition root: every part is made here, and handed what it needs. */
export async function startGateway(settings: Settings, { log }: { log: Log }): Promise<Gateway> {
  await mkdir(settings.dataFolder, { recursive: true, mode: 0o700 });
  const clock = systemClock();
  const metrics = createMetrics();
  const vault = createVault(await masterKeyOf(settings.dataFolder, settings.masterKey));
  const admin = await adminKeyOf(settings.dataFolder, settings.adminKey);
  const store = openSqlite(settings.databaseFile);
  const own = inProcess(settings);
  const { bus, server: natsServer } = await openBus(settings, log, vault);

  let listeningUrl = '';
  const publicUrl = () => settings.publicUrl ?? listeningUrl;
  const links = createLinkSigner(vault.derive('links'));
  const view = { links, publicUrl, now: clock.now };
  const http = createHttpClient({ allowed: settings.allowedNetworks });
  const stopping = new AbortController();
  const care = createAccountCare({ store, clock, log, vault, connectors: own, publicUrl });
  const { registry, exchanges, conditions, previousAccounts } = care;
  const renewal = createRenewal({ store, clock, log, vault, registry });
  const { now, random } = clock;
  const context: Context = { http, log, now, random, signal: stopping.signal, renewal };
  const blobs = new BlobStore(join(settings.dataFolder, 'media'));
  const endpoints = new EndpointBook(vault);

  const emit = createEmit(clock, (event) => {
    metrics.event(event.subject.split('.').slice(7, 9).join('.'), event.subject.split('.')[4] ?? '_');
    outbox.push(event);
  });
  const worker = new WebhookWorker({ store, clock, http, log, endpoints, emit });
  const outbox = new Outbox({ store, bus, log, clock, recovered: (event) => worker.take(event) });
  const media: MediaService = new MediaService({
    store,
    clock,
    http,
    log,
    blobs,
    registry,
    emit,
    link: (id) => `${publicUrl()}${links.mediaPath(id, clock.now() + mediaLinkMs)}`,
  });
  const wake: WriteOptions['onQueued'] = ({ messageId, conversationId, live }) => {
    const subject = sendSubject({
      merchantId: live.row.merchantId,
      channel: live.row.channel,
      accountId: live.row.id,
    });
    // what the bus doesn't take, the dispatcher finds in the ledger
    bus
      .publish({
        subject,
        id: messageId,
        payload: JSON.stringify({ message_id: messageId, conversation_id: conversationId }),
      })
      .catch(() => {});
  };
  const suppression = createSuppression(vault.derive('suppression'), store);
  const accept = createAccept({
    suppression,
    store,
    clock,
    emit,
    blobs,
    view,
    onQueued: wake,
    onPendingMedia: () => media.sweep(),
  });
  const remote = new RemoteConnectors({
    calls: bus,
    registry,
    store,
    accept,
    clock,
    log,
    names: settings.remoteConnectors,
    thread: (name, of, { address, after, limit }) => runtime.host(name).thread(of, address, after, limit),
    onUp: (name) => {
      for (const { row } of registry.ofConnector(name)) {
        dispatcher.mended(row.id);
        void store.write((tx) => tx.remote.hasten(row.id, clock.now())).catch(() => {});
      }
      media.sweep();
    },
    onRefused: (name) => metrics.refusedHook(name),
  });
  const runtime = new ConnectorRuntime({
    registry,
    store,
    accept,
    view,
    context,
    settingsOf: settings.connectorSettings,
    exchanges,
    onEnded: (live, outcome) => accountHealth.ended(live, outcome),
  });
  const accountHealth = care.watch({ emit, connection: (id) => runtime.session(id) });
  const dispatcher = new Dispatcher({
    store,
    clock,
    log,
    registry,
    media,
    view,
    emit,
    context,
    send: (live, request, sending) => runtime.send(live, request, sending),
  });
  const health = healthOf({ runtime, remote, dispatcher });
  const { isSuppressed } = suppression;
  const fallbacks = new Fallbacks({
    store,
    clock,
    log,
    registry,
    emit,
    view,
    context,
    now: clock.now,
    health,
    isSuppressed,
    onQueued: wake,
  });
  const send = createSend({
    isSuppressed,
    health,
    store,
    clock,
    registry,
    emit,
    view,
    onQueued: (queued) => {
      wake(queued);
      media.sweep();
    },
  });
  const housekeeping = createHousekeeping({
    store,
    bus,
    clock,
    log,
    blobs,
    endpoints,
    worker,
    emit,
    send,
    suppression,
  });
  const services: Services = {
    replays: housekeeping.replays,
    erasures: housekeeping.erasures,
    store,
    bus,
    clock,
    log,
    vault,
    links,
    registry,
    runtime,
    conditions,
    exchanges,
    accountHealth,
    breakerOf: breakerIn(() => dispatcher.broken),
    previousAccounts,
    remote,
    endpoints,
    worker,
    media,
    blobs,
    metrics,
    view,
    context,
    accept,
    emit,
    send,
    health,
    isSuppressed,
    cursors: createCursors(vault.derive('cursors')),
    adminKeyHash: admin.hash,
    merchantRate,
  };
  await conditions.load(store);
  await remote.restore();
  for (const row of await store.read.accounts.all()) {
    try {
      registry.put(row);
    } catch (error) {
      // a connector removed or changed: the account waits until somebody mends it, the others work
      log.error('account.unusable', { error, accountId: row.id, connector: row.connector });
    }
  }
  await endpoints.load(store);
  gauges(services, dispatcher);

  const { app } = createApp(services);
  const server = await listen(app, settings);
  listeningUrl = server.url;
  try {
    await runtime.start();
  } catch (error) {
    await server.close(0);
    throw error;
  }
  await worker.start();
  bus.consume('webhooks', (message) => {
    const event = emittedOf(message);
    if (event) worker.take(event);
  });
  bus.consume('dispatch', ({ payload }) =>
    dispatcher.wake((JSON.parse(payload) as { conversation_id: string }).conversation_id),
  );
  await dispatcher.start();
  await fallbacks.start();
  remote.serve();
  outbox.start();
  media.sweep();
  const sweeps = startSweeps(store, clock, log);
  housekeeping.start();
  care.start(services, accountHealth);
  log.info('gateway.started', { port: server.port });

  // last, so that a start that fails leaves no key behind that nobody saw
  const seeded = await seedSandbox(services);
  if (seeded) await writeFirstRun(settings.dataFolder, { url: publicUrl(), testKey: seeded.testKey });
  await admin.keep();
  const testKey = seeded?.testKey ?? (await readFirstRun(settings.dataFolder)).testKey;
  const pages = sandboxPages(services);
  return {
    url: publicUrl(),
    banner: {
      url: publicUrl(),
      ...pages,
      docsUrl: `${publicUrl()}/docs`,
      testKey,
      adminKey: admin.made,
      curl: curlLine(publicUrl(), testKey),
      first: seeded !== undefined,
    },
    stop: async () => {
      clearInterval(sweeps);
      await server.close(1500);
      await Promise.all([
        dispatcher.stop(stopGraceMs),
        fallbacks.stop(),
        worker.stop(stopGraceMs),
        runtime.stop(),
        media.stop(),
        housekeeping.stop(),
        remote.stop(),
        accountHealth.stop(),
      ]);
      stopping.abort();
      await outbox.stop();
      await exchanges.stop();
      await bus.close();
      await store.close();
      await http.close();
      await natsServer?.stop();
      log.info('gateway.stopped');
    },
  };
}

const curlLine = (url: string, key: string | undefined): string =>
  `curl ${url}/v1/messages -H "Authorization: Bearer ${key ?? '$PASSERELLE_KEY'}" -H 'Content-Type: application/json' -d '{"to":"sandbox:alice","content":{"kind":"text","text":"Hello, Alice!"}}'`;

/** What the gateway runs itself: all but what the operator runs elsewhere. */
const inProcess = ({ remoteConnectors }: Settings) =>
  connectors.filter((connector) => {
    const { name } = connector.manifest;
    if (!remoteConnectors.includes(name)) return true;
    const obstacle = remoteObstacle(connector);
    if (obstacle === undefined) return false;
    throw new SettingError({
      setting: 'PASSERELLE_REMOTE_CONNECTORS',
      problem: `names ${name}, which cannot run in a process of its own: ${obstacle}`,
      mend: `take ${name} out of it`,
    });
  });

async function openBus(
  settings: Settings,
  log: Log,
  vault: Vault,
): Promise<{ bus: Bus; server: NatsServer | undefined }> {
  const busLog = (event: string, fields?: Record<string, unknown>) => log.warn(event, fields);
  if (settings.natsUrl !== undefined) {
    const bus = await openNats({ servers: settings.natsUrl, log: busLog }).catch((error: unknown) => {
      throw new SettingError({
        setting: 'NATS_URL',
        problem: `leads to no NATS server with JetStream (${error instanceof Error ? error.name : 'error'})`,
        mend: 'start one there (nats-server -js), or unset it to have one started',
      });
    });
    return { bus, server: undefined };
  }
  const { dataFolder, remoteConnectors } = settings;
  const users = remoteConnectors.map((name) => ({
    name,
    password: vault.derive(`connector/${name}`).toString('base64url'),
  }));
  const server = await startNatsServer({
    dataFolder,
    connectors: users,
    port: await formerPort(dataFolder, remoteConnectors),
    bin: settings.natsServerBin,
    programFolders: settings.programFolders,
    log,
  });
  await writeAccess(dataFolder, server.url, users);
  const { url: servers, token, user } = server;
  const login = user === undefined ? { token } : { user, password: token };
  return { bus: await openNats({ servers, ...login, log: busLog }), server };
}
