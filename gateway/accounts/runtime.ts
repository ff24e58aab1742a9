import type {
  Context,
  Host,
  RunningServer,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import type { ExchangeLog } from '../exchanges/log.ts';
import { createHost } from './host.ts';
import type { HostOptions } from './host.ts';
import type { LiveAccount } from './registry.ts';
import { sendRecorded } from './send-recorded.ts';
import { Sessions } from './sessions.ts';
import type { SessionState } from './sessions.ts';

const closeWithinMs = 6000;

export interface RuntimeOptions extends HostOptions {
  /** What the operator set for a connector, as strings from the environment. */
  settingsOf(connector: string): Record<string, string>;
  /** What is sent is recorded here. */
  exchanges?: ExchangeLog;
  /** Told how each send ended. */
  onEnded?: (live: LiveAccount, outcome: SendOutcome) => void;
}

/** The life of connectors: servers for the process, a held session for each account that needs one, and the way to send. */
export class ConnectorRuntime {
  readonly #o: RuntimeOptions;
  readonly #hosts = new Map<string, Host<unknown, unknown, unknown>>();
  readonly #servers = new Map<string, RunningServer<unknown, unknown>>();
  readonly #sessions: Sessions;
  #stopping = false;

  constructor(options: RuntimeOptions) {
    this.#o = options;
    this.#sessions = new Sessions(options.context.log);
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
      void this.#sessions.end(change.live.row.id);
      if (change.type === 'put') this.#keep(change.live);
    });
    for (const [name, connector] of this.#o.registry.connectors) {
      if (connector.session) for (const live of this.#o.registry.ofConnector(name)) this.#keep(live);
    }
  }

  host(connector: string): Host<unknown, unknown, unknown> {
    let host = this.#hosts.get(connector);
    if (!host) {
      // one that came while running has its settings where it runs
      if (!this.#o.registry.connectors.has(connector)) throw new Error(`connector ${connector} has no host`);
      host = createHost(connector, undefined, this.#o);
      this.#hosts.set(connector, host);
    }
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
    return this.#sessions.state(accountId);
  }

  /** Sends one part. Never throws for what a platform does; a broken connector does throw. */
  async send(live: LiveAccount, request: SendRequest, context: Context): Promise<SendOutcome> {
    return sendRecorded(this.#o, { live, request, context }, (recorded) =>
      this.#send(live, request, recorded),
    );
  }

  async #send(live: LiveAccount, request: SendRequest, context: Context): Promise<SendOutcome> {
    const { connector, account } = live;
    const server = this.#servers.get(live.row.connector);
    if (server?.send) return server.send(request, account, context);
    const session = this.#sessions.of(live.row.id);
    if (session) return session.send(request, context);
    if (connector.sender) return connector.sender.send(request, account, context);
    if (connector.session) return { type: 'rejected', failure: failure('account_disconnected') };
    return { type: 'rejected', failure: failure('content_unsupported') };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const stops = [...this.#servers.values()].map((server) => server.stop());
    await Promise.race([Promise.allSettled([this.#sessions.endAll(), ...stops]), wait(closeWithinMs)]);
  }

  #keep(live: LiveAccount): void {
    const { session } = live.connector;
    if (!session || session.needed?.(live.account) === false) return;
    this.#sessions.keep({
      accountId: live.row.id,
      connector: live.row.connector,
      open: (signal) => session.open(live.account, { ...this.host(live.row.connector), signal }),
    });
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
