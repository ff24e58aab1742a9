import type { Account, Connector, Context, Host } from '../../../connectors/contract/index.ts';
import { heartbeatMs, noticeSchema } from '../../../protocol/connector-wire/index.ts';
import type { Ability, WireAccount, WireNotice } from '../../../protocol/connector-wire/index.ts';
import { connectorSubject } from '../../../protocol/subjects.ts';
import { Sessions } from '../../accounts/sessions.ts';
import type { Calls, Responder } from '../../bus/port.ts';
import { recorded } from '../../exchanges/recording.ts';
import { readWire } from '../codec.ts';
import type { Handler } from './abilities.ts';
import { Exchanges } from './exchanges.ts';
import { handlersOf } from './handlers.ts';
import { accountFromWire, linkTo } from './link.ts';
import type { Link, Registered } from './link.ts';
import { abilitiesOf, exclusiveOf } from './manifest.ts';
import { Renewals } from './renewals.ts';

export interface RunOptions {
  connector: Connector;
  /** As `wireManifestOf` made it. */
  manifest: unknown;
  /** The connector's own settings, parsed. */
  settings: unknown;
  /** Of this start; another one for each. */
  instance: string;
  calls: Calls;
  context: Context;
  /** Told once the gateway has taken it. */
  onRegistered(): void;
  /** Told that the gateway will not have it, and why. */
  onRefused(reply: Extract<Registered, { accepted: false }>): void;
}

/** One instance of a connector of the contract, serving on the wire. */
export class RunningConnector {
  readonly #o: RunOptions;
  /** With all that it says to its platform recorded, but what it sends, which is where it is handled. */
  readonly #connector: Connector;
  readonly #exchanges: Exchanges;
  readonly #name: string;
  readonly #link: Link;
  readonly #sessions: Sessions;
  readonly #renewals: Renewals;
  /** What every call into the connector gets. */
  readonly #context: Context;
  readonly #handlers: Record<Ability, Handler>;
  /** What only the active instance answers, and its answering while it is. */
  readonly #exclusive: readonly Ability[];
  #answering: Responder[] = [];
  readonly #accounts = new Map<string, Account>();
  readonly #responders: Responder[] = [];
  #unwatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #registered = false;
  #active = false;
  #stopping = false;

  constructor(options: RunOptions) {
    this.#o = options;
    this.#name = options.connector.manifest.name;
    this.#link = linkTo(options.calls, this.#name);
    this.#exchanges = new Exchanges({ link: this.#link, ...options.context });
    this.#connector = recorded(options.connector, this.#exchanges);
    this.#sessions = new Sessions(options.context.log);
    this.#renewals = new Renewals({ link: this.#link, now: options.context.now });
    this.#context = { ...options.context, renewal: this.#renewals.renewal };
    this.#handlers = handlersOf({
      connector: this.#connector,
      context: this.#context,
      sessions: this.#sessions,
      recorder: this.#exchanges,
      onAccount: (wire, account) => this.#renewals.seen(wire, account),
    });
    this.#exclusive = exclusiveOf(options.connector);
  }

  /** Answers first, and then says that it does. */
  async start(): Promise<void> {
    const { connector, calls } = this.#o;
    this.#unwatch = calls.watch(connectorSubject(this.#name, 'notice'), ({ payload }) => {
      const read = readWire(payload, noticeSchema);
      if (read.ok) void this.#noticed(read.value);
    });
    for (const ability of abilitiesOf(connector))
      if (!this.#exclusive.includes(ability)) this.#responders.push(this.#answer(ability));
    calls.onReturn(() => void this.#register());
    this.#exchanges.start();
    await this.#register();
    this.#timer = setInterval(() => void this.#register(), heartbeatMs);
  }

  /** Takes nothing new, finishes what it has, closes what it keeps. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    // the next one begins when this one has left: two must not spend the same credentials
    if (this.#o.connector.manifest.renewsCredentials) await this.#drainExclusive();
    this.#link.leave(this.#o.instance);
    await Promise.all([...this.#responders.map((one) => one.drain()), this.#drainExclusive()]);
    await this.#sessions.endAll();
    this.#exchanges.stop();
    this.#unwatch?.();
  }

  async #drainExclusive(): Promise<void> {
    const answering = this.#answering;
    this.#answering = [];
    await Promise.all(answering.map((one) => one.drain()));
  }

  #answer(operation: Ability): Responder {
    const handler = this.#handlers[operation];
    const guarded = async ({ payload }: { payload: string }): Promise<string | undefined> => {
      try {
        return await handler(payload);
      } catch (error) {
        this.#o.context.log.error('connector.threw', { error, operation });
        // an answer that says nothing: the gateway needn't wait for a better one
        return '{}';
      }
    };
    return this.#o.calls.respond(connectorSubject(this.#name, operation), guarded, this.#name);
  }

  async #register(): Promise<void> {
    if (this.#stopping) return;
    const reply = await this.#link.register(this.#o.instance, this.#o.manifest);
    if (!reply || this.#stopping) return;
    if (!reply.accepted) {
      if (reply.code !== 'unavailable') this.#o.onRefused(reply);
      return;
    }
    if (!this.#registered) {
      this.#registered = true;
      this.#o.onRegistered();
    }
    if (reply.active) await this.#activate();
    else await this.#deactivate();
  }

  /** Only the active instance keeps what may exist once per account. */
  async #activate(): Promise<void> {
    const { session } = this.#o.connector;
    if (this.#active || this.#stopping || (!session && this.#exclusive.length === 0)) return;
    const accounts = session ? await this.#link.accounts() : [];
    if (!accounts || this.#active || this.#stopping) return;
    this.#active = true;
    this.#answering = this.#exclusive.map((ability) => this.#answer(ability));
    for (const wire of accounts) this.#keep(this.#own(wire));
  }

  #own(wire: WireAccount | undefined): Account | undefined {
    const account = wire && accountFromWire(this.#o.connector, wire);
    if (account) this.#renewals.seen(wire, account);
    return account;
  }

  /** It was silent for so long that another took over. */
  async #deactivate(): Promise<void> {
    if (!this.#active || this.#stopping) return;
    this.#active = false;
    await this.#drainExclusive();
    await this.#sessions.endAll();
  }

  async #noticed(notice: WireNotice): Promise<void> {
    switch (notice.type) {
      case 'gateway_started':
        return this.#register();
      case 'active_changed':
        return notice.instance === this.#o.instance ? this.#activate() : this.#deactivate();
      case 'account_removed':
        this.#accounts.delete(notice.account_id);
        this.#renewals.forget(notice.account_id);
        return this.#sessions.end(notice.account_id);
      case 'account_changed': {
        if (!this.#active || !this.#o.connector.session) return undefined;
        const [wire] = (await this.#link.accounts(notice.account_id)) ?? [];
        const account = this.#own(wire);
        void this.#sessions.end(notice.account_id);
        return this.#keep(account);
      }
    }
  }

  #keep(account: Account | undefined): void {
    if (!account || this.#stopping) return;
    this.#accounts.set(account.id, account);
    const { session } = this.#connector;
    if (!session || session.needed?.(account) === false) return;
    this.#sessions.keep({
      accountId: account.id,
      connector: this.#name,
      open: (signal) => session.open(account, { ...this.#host(), signal }),
    });
  }

  #host(): Host<unknown, unknown, unknown> {
    return {
      ...this.#context,
      settings: this.#o.settings,
      accounts: () => [...this.#accounts.values()],
      account: (id) => this.#accounts.get(id),
      accept: (account, items) => this.#link.accept(account, items),
      thread: (account, address, after, limit) => this.#link.thread(account, address, after, limit),
    };
  }
}
