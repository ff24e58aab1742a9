import type { Account, Context, Log, ThreadEntry } from '../../connectors/contract/index.ts';
import {
  acceptRequestSchema,
  accountsRequestSchema,
  leaveSchema,
  threadRequestSchema,
} from '../../protocol/connector-wire/index.ts';
import type { WireAcceptReply, WireAccount, WireNotice } from '../../protocol/connector-wire/index.ts';
import type { Content } from '../../protocol/content.ts';
import { connectorOfSubject, connectorSubject } from '../../protocol/subjects.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import type { Calls, Responder } from '../bus/port.ts';
import type { Clock } from '../clock.ts';
import type { ExchangeLog } from '../exchanges/log.ts';
import type { Accept } from '../ingest/accept.ts';
import { Refusal } from '../problems.ts';
import type { Store } from '../store/port.ts';
import { askOf } from './asking.ts';
import { Catalogue } from './catalogue.ts';
import { readWire } from './codec.ts';
import { capabilitiesBehind } from './content-capabilities.ts';
import { remoteConnector } from './connector.ts';
import { ExchangeIntake } from './exchange-intake.ts';
import { hookHandler } from './hook.ts';
import { checkItems } from './intake.ts';
import { Presence } from './presence.ts';
import type { Change } from './presence.ts';
import { register } from './register.ts';
import { renew } from './renew.ts';
import { accountToWire } from './sending.ts';
import { threadToWire } from './thread.ts';

const sweepEveryMs = 2500;
const pageBytes = 700_000;
const pageAccounts = 200;

interface ThreadOf {
  address: string;
  after: number;
  limit: number;
}

export interface BridgeOptions {
  calls: Calls;
  registry: AccountRegistry;
  store: Store;
  accept: Accept;
  clock: Clock;
  log: Log;
  /** Connectors that the operator lets run in other processes; no other may register. */
  names: readonly string[];
  /** What was said with one address on an account of the connector. */
  thread(connector: string, account: Account, of: ThreadOf): Promise<ThreadEntry[]>;
  /** An instance is there again: what waited for it may go. */
  onUp(connector: string): void;
  /** How an account's credentials are renewed; undefined where it is not saved as it is given. */
  renewal: NonNullable<Context['renewal']>;
  onRefused(connector: string): void;
  /** What connectors say to their platforms is kept here. */
  exchanges: Pick<ExchangeLog, 'told'>;
}

/** A connector in another process as operators see it. */
export interface RemoteView {
  name: string;
  title: string | undefined;
  channel: string | undefined;
  state: 'up' | 'away' | 'never_seen';
  instances: number;
  lastSeenMs: number | undefined;
  accounts: number;
}

/** The gateway's side of connectors in other processes. */
export class RemoteConnectors {
  readonly #o: BridgeOptions;
  readonly #presence: Presence;
  readonly #catalogue: Catalogue;
  readonly #responders: Responder[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BridgeOptions) {
    this.#o = options;
    this.#presence = new Presence(options.clock);
    const { calls, registry, store, accept, clock, onRefused } = options;
    const up = (name: string) => this.#presence.up(name);
    const hookOptions = { registry, accept, clock, onRefused };
    this.#catalogue = new Catalogue({
      ...options,
      make: (manifest) =>
        remoteConnector(manifest, {
          calls,
          up,
          now: clock.now,
          arrivals: (name) => this.#presence.arrivals(name),
          contentOf: async (messageId) => (await store.read.messages.byId(messageId))?.content,
          hook: (of) => hookHandler(of, askOf(of.name, { calls, up }), hookOptions),
        }),
    });
  }

  /** Takes in what connectors said of themselves before the restart; called before accounts are put. */
  restore(): Promise<void> {
    return this.#catalogue.restore();
  }

  /** Begins to answer; called when the rest of the gateway runs. */
  serve(): void {
    const { calls, registry, names } = this.#o;
    if (names.length === 0) return;
    const answer = (
      operation: string,
      handle: (name: string, payload: string) => Promise<object | undefined>,
    ) =>
      this.#responders.push(
        calls.respond(connectorSubject('*', operation), ({ subject, payload }) =>
          this.#guarded(operation, connectorOfSubject(subject) ?? '', () =>
            handle(connectorOfSubject(subject) ?? '', payload),
          ),
        ),
      );
    const registering = {
      ...this.#o,
      catalogue: this.#catalogue,
      alive: (name: string, instance: string) => this.#alive(name, instance),
    };
    answer('register', (name, payload) => register(registering, name, payload));
    answer('leave', async (name, payload) => {
      const read = readWire(payload, leaveSchema);
      if (read.ok && names.includes(name)) this.#changed(this.#presence.left(name, read.value.instance));
      return undefined;
    });
    answer('accounts', async (name, payload) => this.#accounts(name, payload));
    answer('thread', (name, payload) => this.#thread(name, payload));
    answer('renew', async (name, payload) => renew(this.#o, name, payload));
    answer('accept', (name, payload) => this.#accept(name, payload));
    const exchanges = new ExchangeIntake(this.#o);
    answer('exchanges', async (name, payload) =>
      this.#catalogue.manifest(name) ? exchanges.take(name, payload) : undefined,
    );
    registry.onChange(({ type, live }) => {
      if (this.#catalogue.manifest(live.row.connector))
        this.#tell(live.row.connector, {
          type: type === 'put' ? 'account_changed' : 'account_removed',
          account_id: live.row.id,
        });
    });
    this.#timer = setInterval(() => {
      for (const change of this.#presence.sweep()) this.#changed(change);
    }, sweepEveryMs);
    this.#timer.unref();
    const greet = () => {
      for (const name of names) this.#tell(name, { type: 'gateway_started' });
    };
    calls.onReturn(greet);
    greet();
  }

  /** Lets what is being taken in finish. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#responders.map((one) => one.drain()));
  }

  /** Whether a connector runs elsewhere, and nobody who runs it is there. */
  isAway(name: string): boolean {
    return this.#catalogue.manifest(name) !== undefined && !this.#presence.up(name);
  }

  /**
   * Before a content is adapted for a merchant's accounts: learns what those carry of it whose connectors have to be asked. Within 1.5 s, and
   * at once where there are none such.
   */
  async learn(merchantId: string, content: Content): Promise<void> {
    if (this.#o.names.length === 0) return;
    const learning = this.#o.registry
      .of(merchantId)
      .map((live) => capabilitiesBehind(live.connector)?.learn(content, live.account.config));
    await Promise.all(learning);
  }

  list(): RemoteView[] {
    return this.#o.names.map((name) => {
      const known = this.#catalogue.manifest(name);
      return {
        name,
        title: known?.title,
        channel: known?.channel,
        state: this.#presence.up(name) ? 'up' : known ? 'away' : 'never_seen',
        instances: this.#presence.instances(name),
        lastSeenMs: this.#presence.lastSeenMs(name),
        accounts: this.#o.registry.ofConnector(name).length,
      };
    });
  }

  /** A sign of life; true if this instance is the active one. */
  #alive(name: string, instance: string): boolean {
    this.#changed(this.#presence.seen(name, instance));
    return this.#presence.active(name) === instance;
  }

  #changed({ connector, up, active }: Change): void {
    if (active !== undefined) this.#tell(connector, { type: 'active_changed', instance: active });
    if (up === undefined) return;
    this.#o.log[up ? 'info' : 'warn'](up ? 'remote.up' : 'remote.away', { connector });
    if (up) this.#o.onUp(connector);
  }

  #tell(name: string, notice: WireNotice): void {
    this.#o.calls.tell(connectorSubject(name, 'notice'), JSON.stringify(notice));
  }

  #accounts(name: string, payload: string): object {
    const read = readWire(payload, accountsRequestSchema);
    const { id, after = '' } = read.ok ? read.value : {};
    const own = this.#o.registry
      .ofConnector(name)
      .filter(
        ({ row }) => this.#catalogue.manifest(name) && row.id > after && (id === undefined || row.id === id),
      )
      .toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1));
    const accounts: WireAccount[] = [];
    let bytes = 0;
    for (const live of own) {
      const account = accountToWire(live.account, this.#o);
      bytes += Buffer.byteLength(JSON.stringify(account));
      if (accounts.length > 0 && (bytes > pageBytes || accounts.length === pageAccounts)) break;
      accounts.push(account);
    }
    const last = accounts.at(-1)?.id;
    return { accounts, ...(last !== undefined && accounts.length < own.length ? { next: last } : {}) };
  }

  async #thread(name: string, payload: string): Promise<object> {
    const read = readWire(payload, threadRequestSchema);
    const live = read.ok ? this.#o.registry.get(read.value.account_id) : undefined;
    if (!read.ok || live?.row.connector !== name || !this.#catalogue.manifest(name))
      return { entries: [], more: false };
    const { address, after, limit } = read.value;
    const found = await this.#o.thread(name, live.account, { address, after, limit: limit + 1 });
    return threadToWire(found, limit);
  }

  async #accept(name: string, payload: string): Promise<WireAcceptReply> {
    const read = readWire(payload, acceptRequestSchema);
    if (!read.ok) return { ok: false, code: 'invalid', detail: read.detail, ...errorsOf(read.errors) };
    const manifest = this.#catalogue.manifest(name);
    const live = this.#o.registry.get(read.value.account_id);
    // another connector's account is told apart from one that is not there by nobody
    if (!manifest || live?.row.connector !== name)
      return { ok: false, code: 'unknown_account', detail: 'This connector has no such active account.' };
    const checked = checkItems(manifest, read.value.items);
    if (!checked.ok)
      return { ok: false, code: 'invalid', detail: 'An address is none of yours.', errors: checked.errors };
    const accepted = await this.#o.accept(live, checked.items);
    return {
      ok: true,
      accepted: accepted.map(({ duplicate, messageId }) => ({
        duplicate,
        ...(messageId === undefined ? {} : { message_id: messageId }),
      })),
    };
  }

  /** Whatever a connector says, it gets an answer and nothing breaks. */
  async #guarded(
    operation: string,
    connector: string,
    handle: () => Promise<object | undefined>,
  ): Promise<string | undefined> {
    try {
      const reply = await handle();
      return reply && JSON.stringify(reply);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#o.log.error('remote.threw', { error, connector, operation });
      return JSON.stringify(troubled(operation, error));
    }
  }
}

const errorsOf = (errors: { pointer: string; detail: string }[] | undefined) => (errors ? { errors } : {});

function troubled(operation: string, error: unknown): object {
  if (operation === 'register')
    return {
      accepted: false,
      code: 'unavailable',
      detail: 'The gateway could not write it down; try again.',
    };
  if (error instanceof Refusal && error.retryAfterSeconds !== undefined)
    return {
      ok: false,
      code: 'overloaded',
      detail: error.detail,
      retry_after_ms: error.retryAfterSeconds * 1000,
    };
  return {
    ok: false,
    code: 'internal',
    detail: 'The gateway could not take it in; try again.',
    retry_after_ms: 1000,
  };
}
