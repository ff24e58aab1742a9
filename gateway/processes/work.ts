import type { Log } from '../../connectors/contract/index.ts';
import { allSends } from '../../protocol/subjects.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { sendRecorded } from '../accounts/send-recorded.ts';
import { openNats } from '../bus/nats.ts';
import { createCore } from '../core.ts';
import type { Core } from '../core.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { lockDataFolder } from '../launch/data-lock.ts';
import { ownConnectors } from '../own-connectors.ts';
import { masterKeyOf } from '../security/key-files.ts';
import { createVault } from '../security/seal.ts';
import type { Settings } from '../settings.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/port.ts';
import { EndedTold } from './ended.ts';
import type { Broken, FromWork, ToWork } from './messages.ts';
import { sendsAnywhere } from './roles.ts';

const stopGraceMs = 5000;
const lookEveryMs = 250;
/** A former process of the same role ends as soon as it sees that its gateway is gone. */
const lockTries = 100;

export interface WorkOptions extends Pick<
  Extract<ToWork, { type: 'begin' }>,
  'roles' | 'login' | 'publicUrl'
> {
  settings: Settings;
  log: Log;
  tell: (message: FromWork) => void;
}

export interface Work {
  take(message: ToWork): Promise<void>;
  stop(): Promise<void>;
}

/** The composition root of a process at work: it sends, or calls webhooks, or both, out of the same ledger. */
export async function startWork(options: WorkOptions): Promise<Work> {
  const { settings, log, roles, login, publicUrl, tell } = options;
  const lock = await lockRole(settings.dataFolder, roles.join('-'));
  const vault = createVault(await masterKeyOf(settings.dataFolder, settings.masterKey));
  const store = openSqlite(settings.databaseFile);
  const bus = await openNats({ ...login, log: (event, fields) => log.warn(event, fields) });
  const core = createCore({
    settings,
    log,
    vault,
    store,
    bus,
    connectors: ownConnectors(settings).filter(sendsAnywhere),
    publicUrl: () => publicUrl,
    takesWebhooks: roles.includes('webhooks'),
  });
  for (const row of await store.read.accounts.all()) putAccount(core, row, log);
  await core.endpoints.load(store);
  const dispatcher = roles.includes('dispatch') ? dispatcherOf(core, options, store) : undefined;
  if (roles.includes('webhooks')) {
    await core.worker.start();
    core.endpoints.onDisabled(({ merchantId, id }) => tell({ type: 'endpoint', merchantId, id }));
    bus.consume((message) => core.worker.hear(message));
  }
  if (dispatcher) {
    bus.watch(allSends, ({ payload }) =>
      dispatcher.wake((JSON.parse(payload) as { conversation_id: string }).conversation_id),
    );
    await dispatcher.start();
    core.care.exchanges.start();
  }
  core.outbox.start();
  const breakers = dispatcher && setInterval(tellBreakers(dispatcher, tell), lookEveryMs);
  log.info('process.started', { roles });
  return {
    take: (message) => take(core, store, message, options),
    stop: async () => {
      clearInterval(breakers);
      await Promise.all([dispatcher?.stop(stopGraceMs), core.worker.stop(stopGraceMs), core.media.stop()]);
      core.abort();
      await core.outbox.stop();
      await core.care.exchanges.stop();
      await bus.close();
      await store.close();
      await core.http.close();
      lock.release();
    },
  };
}

async function take(core: Core, store: Store, message: ToWork, { tell, log }: WorkOptions): Promise<void> {
  store.fresh();
  switch (message.type) {
    case 'account': {
      const row = await store.read.accounts.byId(message.id);
      if (row) return putAccount(core, row, log);
      core.care.registry.remove(message.id);
      return core.care.exchanges.forget(message.id);
    }
    case 'endpoint': {
      const row = await store.read.webhooks.endpoint(message.id);
      return row ? core.endpoints.refresh(row) : core.endpoints.remove(message);
    }
    case 'endpoint_recovered':
      return core.worker.recovered(message.id);
    case 'metrics':
      return tell({ type: 'metrics', of: await core.metrics.values() });
    case 'begin':
    case 'stop':
  }
}

function dispatcherOf(core: Core, { log, tell }: WorkOptions, store: Store): Dispatcher {
  const { clock, care, media, view, emit, context } = core;
  const told = new EndedTold(clock.now, (accountId, outcome) => tell({ type: 'ended', accountId, outcome }));
  return new Dispatcher({
    store,
    clock,
    log,
    registry: care.registry,
    media,
    view,
    emit,
    context,
    serves: (accountId) => care.registry.get(accountId) !== undefined,
    keepsTime: false,
    send: (live: LiveAccount, request, sending) =>
      sendRecorded(
        { exchanges: care.exchanges, onEnded: told.ended },
        { live, request, context: sending },
        (recorded) => live.connector.sender!.send(request, live.account, recorded),
      ),
  });
}

function tellBreakers(dispatcher: Dispatcher, tell: WorkOptions['tell']): () => void {
  let last = '[]';
  return () => {
    const broken: Broken[] = dispatcher.broken;
    const now = JSON.stringify(broken);
    if (now !== last) tell({ type: 'breakers', broken });
    last = now;
  };
}

/** One of another process's connectors is none of ours: the registry leaves it out. */
function putAccount({ care }: Core, row: Parameters<Core['care']['registry']['put']>[0], log: Log): void {
  try {
    care.registry.put(row);
  } catch (error) {
    log.error('account.unusable', { error, accountId: row.id, connector: row.connector });
  }
}

async function lockRole(dataFolder: string, role: string): Promise<{ release(): void }> {
  for (let tries = 1; ; tries++) {
    const locked = lockDataFolder(dataFolder, role);
    if (locked.ok) return locked.lock;
    if (tries === lockTries) throw new Error(`another process does the work of ${role} on this data folder`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
