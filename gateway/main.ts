import { mkdir } from 'node:fs/promises';
import type { Log } from '../connectors/contract/index.ts';
import { allSends, sendSubject } from '../protocol/subjects.ts';
import { breakerIn } from './accounts/care.ts';
import { ConnectorRuntime } from './accounts/runtime.ts';
import { repeatSetups } from './accounts/setup.ts';
import { ClockWatch } from './clock-watch.ts';
import { createCore } from './core.ts';
import { Profiles } from './directory/profiles.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Fallbacks } from './fallback/fallbacks.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import type { Services } from './http/services.ts';
import { createAccept } from './ingest/accept.ts';
import type { Banner } from './launch/banner.ts';
import { readFirstRun, writeFirstRun } from './launch/first-run.ts';
import { createSend } from './messages/send.ts';
import type { WriteOptions } from './messages/write.ts';
import { openBus } from './open-bus.ts';
import { ownConnectors } from './own-connectors.ts';
import type { FromWork } from './processes/messages.ts';
import { Processes } from './processes/processes.ts';
import { sendsAnywhere, workRoles } from './processes/roles.ts';
import { RemoteConnectors } from './remote/bridge.ts';
import { seedSandbox, sandboxPages } from './sandbox.ts';
import { createSuppression } from './retention/suppression.ts';
import { healthOf } from './routing/health.ts';
import { Reachability } from './routing/reachability.ts';
import { createCursors } from './security/cursors.ts';
import { adminKeyOf, masterKeyOf } from './security/key-files.ts';
import { createVault } from './security/seal.ts';
import type { Settings } from './settings.ts';
import { openSqlite } from './store/sqlite.ts';
import { startSweeps } from './store/sweeps.ts';
import { gauges } from './gauges.ts';
import { createHousekeeping } from './housekeeping.ts';

const stopGraceMs = 6000;
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
  const vault = createVault(await masterKeyOf(settings.dataFolder, settings.masterKey));
  const admin = await adminKeyOf(settings.dataFolder, settings.adminKey);
  const store = openSqlite(settings.databaseFile);
  const own = ownConnectors(settings);
  const { bus, login, server: natsServer } = await openBus(settings, log, vault);

  let listeningUrl = '';
  const publicUrl = () => settings.publicUrl ?? listeningUrl;
  const processes = new Processes({
    roles: workRoles[settings.processes],
    login,
    publicUrl,
    log,
    onMessage: (message) => {
      heard(message).catch((error: unknown) => log.error('process.message_failed', { error }));
    },
  });
  const takesWebhooks = !processes.has('webhooks');
  const core = createCore({ settings, log, vault, store, bus, connectors: own, publicUrl, takesWebhooks });
  const { clock, metrics, links, view, http, context, care, blobs, endpoints, emit, worker, outbox, media } =
    core;
  const { registry, exchanges, conditions, previousAccounts } = care;
  const elsewhere = new Set(
    processes.has('dispatch') ? own.filter(sendsAnywhere).map(({ manifest }) => manifest.name) : [],
  );
  const sendsHere = (accountId: string) => !elsewhere.has(registry.get(accountId)?.row.connector ?? '');
  const wake: WriteOptions['onQueued'] = ({ messageId, conversationId, live }) => {
    const subject = sendSubject({
      merchantId: live.row.merchantId,
      channel: live.row.channel,
      accountId: live.row.id,
    });
    // without waiting to hear that it was stored: what the bus doesn't take, the dispatcher finds in the ledger
    bus.tell(subject, JSON.stringify({ message_id: messageId, conversation_id: conversationId }));
    if (processes.has('dispatch') && sendsHere(live.row.id)) dispatcher.wake(conversationId);
  };
  const suppression = createSuppression(vault.derive('suppression'), store);
  const profiles = new Profiles({ store, context });
  const accept = createAccept({
    suppression,
    store,
    clock,
    emit,
    blobs,
    view,
    onQueued: wake,
    onPendingMedia: () => media.sweep(),
    onNameless: (live, of) => profiles.wanted(live, of),
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
      repeatSetups(services, name).catch((error: unknown) => log.error('account.setups_failed', { error }));
    },
    renewal: (account) => context.renewal?.(account),
    onRefused: (name) => metrics.refusedHook(name),
    exchanges,
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
    serves: sendsHere,
    send: (live, request, sending) => runtime.send(live, request, sending),
  });
  const broken = () => [...dispatcher.broken, ...processes.broken];
  const isBroken = (id: string) =>
    dispatcher.isBroken(id) || processes.broken.some(({ accountId }) => accountId === id);
  const health = healthOf({ runtime, remote, dispatcher: { isBroken } });
  const heard = async (message: Extract<FromWork, { type: 'ended' | 'endpoint' }>) => {
    if (message.type === 'endpoint') {
      store.fresh();
      const row = await store.read.webhooks.endpoint(message.id);
      return row && endpoints.refresh(row);
    }
    const live = registry.get(message.accountId);
    return live && accountHealth.ended(live, message.outcome);
  };
  const { isSuppressed } = suppression;
  const reachability = new Reachability({ context });
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
    reachability,
    onQueued: wake,
  });
  const accepting = createSend({
    isSuppressed,
    reachability,
    health,
    store,
    clock,
    registry,
    emit,
    view,
    onQueued: (queued) => {
      wake(queued);
      if (queued.hasMedia) media.sweep();
    },
  });
  const send: typeof accepting = async (sending) => {
    await remote.learn(sending.merchantId, sending.input.content);
    return accepting(sending);
  };
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
  const clockWatch = new ClockWatch({ store, clock, log });
  const recovered = async (id: string) => {
    if (takesWebhooks) await worker.recovered(id);
    else processes.tell({ type: 'endpoint_recovered', id });
  };
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
    breakerOf: breakerIn(broken),
    previousAccounts,
    remote,
    endpoints,
    worker: { recovered: (id) => recovered(id) },
    media,
    blobs,
    metrics,
    processes,
    view,
    context,
    accept,
    emit,
    send,
    health,
    isSuppressed,
    reachability,
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
  gauges(services, broken);

  const { app } = createApp(services);
  const server = await listen(app, settings);
  listeningUrl = server.url;
  try {
    await runtime.start();
  } catch (error) {
    await server.close(0);
    throw error;
  }
  if (takesWebhooks) {
    await worker.start();
    bus.consume((message) => worker.hear(message));
  }
  if (!processes.has('dispatch'))
    bus.watch(allSends, ({ payload }) =>
      dispatcher.wake((JSON.parse(payload) as { conversation_id: string }).conversation_id),
    );
  clockWatch.start();
  await dispatcher.start();
  await fallbacks.start();
  remote.serve();
  outbox.start();
  media.sweep();
  const sweeps = startSweeps(store, clock, log);
  housekeeping.start();
  care.start(services, accountHealth);
  registry.onChange(({ live }) => processes.tell({ type: 'account', id: live.row.id }));
  registry.onChange(({ live }) => reachability.forget(live.row.id));
  endpoints.onChange(({ merchantId, id }) => processes.tell({ type: 'endpoint', merchantId, id }));
  await processes.start();
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
        processes.stop(),
        dispatcher.stop(stopGraceMs),
        fallbacks.stop(),
        worker.stop(stopGraceMs),
        runtime.stop(),
        media.stop(),
        housekeeping.stop(),
        clockWatch.stop(),
        remote.stop(),
        accountHealth.stop(),
        care.stop(),
      ]);
      core.abort();
      await profiles.stop();
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
