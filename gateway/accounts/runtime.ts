import type {
  Context,
  Host,
  RunningServer,
  SendOutcome,
  SendRequest,
  Session,
} from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { createHost } from './host.ts';
import type { HostOptions } from './host.ts';
import type { LiveAccount } from './registry.ts';

const firstDelayMs = 500;
const maxDelayMs = 60_000;
/** A connection that held this long is a good one: the next back-off begins anew. */
const goodAfterMs = 30_000;
const closeWithinMs = 6000;

export interface RuntimeOptions extends HostOptions {
  /** What the operator set for a connector, as strings from the environment. */
  settingsOf(connector: string): Record<string, string>;
}

export type SessionState = 'connecting' | 'connected' | 'down';

interface Kept {
  live: LiveAccount;
  session: Session | undefined;
  state: SessionState;
  reason: string | undefined;
  stop: AbortController;
  loop: Promise<void>;
}

/** The life of connectors: servers for the process, a held session for each account that needs one, and the way to send. */
export class ConnectorRuntime {
  readonly #o: RuntimeOptions;
  readonly #hosts = new Map<string, Host<unknown, unknown, unknown>>();
  readonly #servers = new Map<string, RunningServer<unknown, unknown>>();
  readonly #sessions = new Map<string, Kept>();
  #stopping = false;

  constructor(options: RuntimeOptions) {
    this.#o = options;
  }

  /** Rejects if a connector's server cannot listen or its settings are wrong. */
  async start(): Promise<void> {
    for (const [name, connector] of this.#o.registry.connectors) {
      const settings = connector.manifest.settings?.parse(this.#o.settingsOf(name));
      this.#hosts.set(name, createHost(name, settings, this.#o));
    }
    for (const [name, connector] of this.#o.registry.connectors) {
      if (connector.server) this.#servers.set(name, await connector.server.start(this.host(name)));
    }
    this.#o.registry.onChange((change) => {
      if (!change.live.connector.session || this.#stopping) return;
      void this.#end(change.live.row.id);
      if (change.type === 'put') this.#keep(change.live);
    });
    for (const [name, connector] of this.#o.registry.connectors) {
      if (connector.session) for (const live of this.#o.registry.ofConnector(name)) this.#keep(live);
    }
  }

  host(connector: string): Host<unknown, unknown, unknown> {
    const host = this.#hosts.get(connector);
    if (!host) throw new Error(`connector ${connector} has no host`);
    return host;
  }

  server(connector: string): RunningServer<unknown, unknown> | undefined {
    return this.#servers.get(connector);
  }

  /** Where connectors' own servers listen. */
  listening(): { connector: string; name: string; port: number }[] {
    return [...this.#servers].flatMap(([connector, server]) =>
      server.listening.map((one) => ({ connector, ...one })),
    );
  }

  /** State of an account's held connection; undefined where it needs none. */
  session(accountId: string): { state: SessionState; reason: string | undefined } | undefined {
    const kept = this.#sessions.get(accountId);
    return kept && { state: kept.state, reason: kept.reason };
  }

  /** Sends one part. Never throws for what a platform does; a broken connector does throw. */
  async send(live: LiveAccount, request: SendRequest, context: Context): Promise<SendOutcome> {
    const { connector, account } = live;
    const server = this.#servers.get(live.row.connector);
    if (server?.send) return server.send(request, account, context);
    if (connector.session) {
      const session = this.#sessions.get(live.row.id)?.session;
      return session
        ? session.send(request, context)
        : { type: 'rejected', failure: failure('account_disconnected') };
    }
    if (connector.sender) return connector.sender.send(request, account, context);
    return { type: 'rejected', failure: failure('content_unsupported') };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const ends = [...this.#sessions.keys()].map((id) => this.#end(id));
    const stops = [...this.#servers.values()].map((server) => server.stop());
    await Promise.race([Promise.allSettled([...ends, ...stops]), wait(closeWithinMs)]);
  }

  #keep(live: LiveAccount): void {
    const kept: Kept = {
      live,
      session: undefined,
      state: 'connecting',
      reason: undefined,
      stop: new AbortController(),
      loop: Promise.resolve(),
    };
    this.#sessions.set(live.row.id, kept);
    kept.loop = this.#hold(kept);
  }

  async #hold(kept: Kept): Promise<void> {
    const { live, stop } = kept;
    const { log } = this.#o.context;
    let delayMs = firstDelayMs;
    while (!stop.signal.aborted) {
      const openedAt = Date.now();
      try {
        const session = await live.connector.session!.open(live.account, {
          ...this.host(live.row.connector),
          signal: stop.signal,
        });
        if (stop.signal.aborted) {
          await session.close();
          return;
        }
        kept.session = session;
        kept.state = 'connected';
        kept.reason = undefined;
        log.info('session.connected', { accountId: live.row.id, connector: live.row.connector });
        kept.reason = await session.closed;
      } catch (error) {
        kept.reason = error instanceof Error ? error.name : 'error';
      }
      kept.session = undefined;
      kept.state = 'down';
      if (stop.signal.aborted) return;
      if (Date.now() - openedAt > goodAfterMs) delayMs = firstDelayMs;
      log.warn('session.down', {
        accountId: live.row.id,
        connector: live.row.connector,
        reason: kept.reason,
        delayMs,
      });
      await wait(delayMs * (0.75 + Math.random() / 2), stop.signal);
      delayMs = Math.min(delayMs * 2, maxDelayMs);
      kept.state = 'connecting';
    }
  }

  async #end(accountId: string): Promise<void> {
    const kept = this.#sessions.get(accountId);
    if (!kept) return;
    this.#sessions.delete(accountId);
    const { session } = kept;
    kept.stop.abort();
    await session?.close().catch(() => {});
    await kept.loop;
  }
}

const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
