import { randomBytes } from 'node:crypto';
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../../connectors/contract/host.ts';
import { SettingError } from '../../settings.ts';
import { gatewayUser, natsServerConfig } from './config.ts';
import type { ConnectorUser } from './config.ts';
import { findNatsServer } from './find.ts';
import type { NatsServerProgram } from './find.ts';
import { untilGreetedBy } from './greeting.ts';
import { endServer, endStaleServer } from './stale.ts';
import type { Guarded } from './watchdog.ts';
import { runGuarded } from './watchdog.ts';

export interface NatsServerOptions {
  /** The caller holds its lock (`launch/data-lock.ts`): a server found in it is taken for a left-over and ended. */
  dataFolder: string;
  /** NATS_SERVER_BIN. */
  bin?: string | undefined;
  programFolders: readonly string[];
  log: Log;
  /** Users of connectors in other processes. */
  connectors?: readonly ConnectorUser[] | undefined;
  /** Taken if it is free: connectors in other processes remember where the server was. */
  port?: number | undefined;
}

/** The gateway's own nats-server: on loopback, under a token, for as long as this process lives. */
export interface NatsServer {
  readonly url: string;
  readonly token: string;
  /** Goes with the token where the server has other users too. */
  readonly user: string | undefined;
  readonly version: string;
  /** Of the server that runs now; another one after a restart. */
  readonly pid: number;
  /** Called when it died and is about to be restarted, on the same port. */
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

interface Folder {
  store: string;
  configFile: string;
  pidFile: string;
}

async function prepareFolder(dataFolder: string): Promise<Folder> {
  const folder = join(await realpath(dataFolder), 'nats');
  const store = join(folder, 'store');
  await mkdir(store, { recursive: true, mode: 0o700 });
  return { store, configFile: join(folder, 'nats-server.conf'), pidFile: join(folder, 'nats-server.pid') };
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/**
 * A free port below the ephemeral range (32768 and up on Linux): a restarted server must get the same one back, and clients that
 * try to reconnect in the meantime must not be given it as their own side's port.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + (randomBytes(2).readUInt16BE() % 10_000);
    if (await isFree(port)) return port;
  }
}

interface Plan {
  program: NatsServerProgram;
  folder: Folder;
  name: string;
  token: string;
  port: number;
  connectors: readonly ConnectorUser[];
  log: Log;
}

/** A large store is read before the server listens. */
const patienceMs = 60_000;

/** Levels as nats-server writes them; the rest is chatter. */
const tell = (log: Log) => (line: string) => {
  // they stand in a file for the owner alone, and go over loopback: known, and of no use to whoever reads the log
  if (line.includes('Plaintext passwords detected')) return;
  if (line.includes('[WRN]')) log.warn('nats_server.said', { line });
  else if (/\[(ERR|FTL)\]/.test(line)) log.error('nats_server.said', { line });
};

/** Starts it once. Resolves when it answers, or with what it said last where it ended or stayed mute. */
async function startOnce(
  plan: Plan,
  stop?: AbortSignal,
): Promise<{ ok: true; run: Guarded } | { ok: false; said: string }> {
  const { program, folder, name, token, port } = plan;
  const text = natsServerConfig({
    name,
    port,
    token,
    storeFolder: folder.store,
    pidFile: folder.pidFile,
    version: program.version,
    connectors: plan.connectors,
  });
  await writeFile(folder.configFile, text, { mode: 0o600 });
  await chmod(folder.configFile, 0o600);
  const run = await runGuarded([program.path, '-c', folder.configFile], { onLine: tell(plan.log) });
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(patienceMs), ...(stop ? [stop] : [])]);
  const exited = run.exited.then((exit) => {
    ended.abort();
    return exit.lastLine;
  });
  if (await untilGreetedBy(name, { host: '127.0.0.1', port }, signal)) return { ok: true, run };
  run.end();
  return { ok: false, said: await exited };
}

const doesNotStart = ({ program, folder }: Plan, said: string) =>
  new SettingError({
    setting: 'PASSERELLE_DATA',
    problem: `holds a NATS store with which nats-server ${program.version} doesn't start (it says: ${said.replace(/^\[\d+\] /, '') || 'nothing'})`,
    mend: `move ${folder.store} away and start again; what isn't finished is published anew`,
  });

async function firstStart(plan: Plan): Promise<Guarded> {
  let said = '';
  // Someone may take the port between our looking and its listening: hence more than one try.
  for (let tries = 0; tries < 3; tries++) {
    const wanted = tries === 0 && plan.port > 0 && (await isFree(plan.port)) ? plan.port : undefined;
    plan.port = wanted ?? (await freePort());
    const started = await startOnce(plan);
    if (started.ok) return started.run;
    said = started.said;
  }
  throw doesNotStart(plan, said);
}

/** Finds or installs a nats-server and runs it. Throws a `SettingError` where the operator has to do something first. */
export async function startNatsServer({
  dataFolder,
  bin,
  programFolders,
  log,
  connectors = [],
  port = 0,
}: NatsServerOptions): Promise<NatsServer> {
  const onInstall = () => log.info('nats_server.installing');
  const found = await findNatsServer({ bin, programFolders, install: true, onInstall });
  if (!found.ok) throw new SettingError(found.problem);
  const folder = await prepareFolder(dataFolder);
  if (await endStaleServer(folder.pidFile, folder.configFile)) log.warn('nats_server.stale_ended');
  const name = `passerelle-${randomBytes(6).toString('hex')}`;
  const token = randomBytes(24).toString('hex');
  const plan: Plan = { program: found.program, folder, name, token, port, connectors, log };
  const keeper = new Keeper(plan, await firstStart(plan));
  log.info('nats_server.started', { version: found.program.version, port: plan.port });
  return {
    url: `nats://127.0.0.1:${plan.port}`,
    token,
    user: connectors.length > 0 ? gatewayUser : undefined,
    version: found.program.version,
    get pid() {
      return keeper.run.pid;
    },
    onExit: (listener) => keeper.listeners.push(listener),
    stop: () => keeper.stop(),
  };
}

/** Restarts the server when it dies, with a growing pause, until it is stopped. */
class Keeper {
  run: Guarded;
  readonly listeners: (() => void)[] = [];
  readonly #plan: Plan;
  readonly #stopping = new AbortController();
  readonly #kept: Promise<void>;

  constructor(plan: Plan, run: Guarded) {
    this.#plan = plan;
    this.run = run;
    this.#kept = this.#keep();
  }

  async #keep(): Promise<void> {
    const { log, folder } = this.#plan;
    const { signal } = this.#stopping;
    for (let deaths = 0; ;) {
      const sinceMs = performance.now();
      const { code } = await this.run.exited;
      if (signal.aborted) return;
      log.error('nats_server.died', { code });
      for (const listener of this.listeners) listener();
      await endServer(this.run.pid, folder.configFile);
      deaths = performance.now() - sinceMs > 30_000 ? 0 : deaths + 1;
      await wait(deaths < 2 ? 0 : Math.min(5000, 100 * 2 ** deaths), undefined, { signal }).catch(
        () => undefined,
      );
      if (signal.aborted) return;
      const started = await startOnce(this.#plan, signal);
      if (started.ok) {
        this.run = started.run;
        log.info('nats_server.restarted', { deaths });
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.run.end();
    await Promise.race([this.#kept, wait(8000, undefined, { ref: false })]);
    // Only where the watchdog was killed too.
    await endServer(this.run.pid, this.#plan.folder.configFile);
  }
}
