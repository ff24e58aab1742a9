import type { SendOutcome } from '../../connectors/contract/index.ts';
import { verdictOf } from '../dispatch/breaker.ts';
import type { Emit } from '../events/emit.ts';
import type { AccountHealth } from '../store/port.ts';
import type { AccountOptions } from './options.ts';
import type { LiveAccount } from './registry.ts';

/** Failures in a row after which an account is said to fail; fewer where the platform says that it is the account. */
const failingAfter = 5;
const failingAfterOwn = 2;
const own: ReadonlySet<string> = new Set(['account_unauthorized', 'account_suspended', 'balance_exhausted']);
/** A held connection that is away for this long is one that fails. */
const downForMs = 30_000;
/** It is well again when for this long nothing failed and what was last worked: it is said once, and doesn't flap. */
const soundForMs = 60_000;
const tickEveryMs = 5000;
/** How often what changes with every send is written down. */
const keepEveryMs = 60_000;

interface Watched {
  health: AccountHealth;
  failures: number;
  /** Since when its held connection is away. */
  downSinceMs?: number;
  keptAtMs: number;
  dirty: boolean;
}

export interface HealthOptions extends Pick<
  AccountOptions,
  'store' | 'clock' | 'log' | 'registry' | 'conditions'
> {
  emit: Emit;
  /** The held connection of an account; undefined where it needs none. */
  connection(accountId: string): { state: 'connecting' | 'connected' | 'down' } | undefined;
}

/** How accounts do, by how their sends end and whether their connection holds. A change is a fact that the merchant is told. */
export class HealthWatch {
  readonly #o: HealthOptions;
  readonly #watched = new Map<string, Watched>();
  /** Flips on their way into the ledger. */
  #flipping: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthOptions) {
    this.#o = options;
    options.registry.onChange(({ type, live }) => {
      if (type === 'removed') this.#watched.delete(live.row.id);
      else {
        const watched = this.#watched.get(live.row.id);
        if (watched) watched.failures = 0;
      }
    });
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), tickEveryMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flipping;
    await this.#keep(true);
  }

  of(accountId: string): AccountHealth {
    return this.#watch(accountId).health;
  }

  /** How a send ended. Costs nothing but the looking, unless it flips. */
  ended(live: LiveAccount, outcome: SendOutcome): void {
    const verdict = verdictOf(outcome);
    if (verdict === 'nothing') return;
    const watched = this.#watch(live.row.id);
    const { health } = watched;
    const now = this.#o.clock.now();
    watched.dirty = true;
    if (verdict === 'works') {
      watched.failures = 0;
      health.lastSuccessMs = now;
      if (health.state === 'unknown') Object.assign(health, { state: 'healthy', sinceMs: now });
      return;
    }
    const code = outcome.type === 'rejected' ? outcome.failure.code : outcome.type;
    watched.failures++;
    Object.assign(health, { lastFailureMs: now, code });
    if (watched.failures >= (own.has(code) ? failingAfterOwn : failingAfter)) this.#flip(live, 'failing');
  }

  /** Looks at connections and at who is well again. */
  async tick(): Promise<void> {
    const now = this.#o.clock.now();
    for (const live of this.#lives()) {
      const watched = this.#watch(live.row.id);
      const { health } = watched;
      const connection = this.#o.connection(live.row.id);
      if (!connection || connection.state === 'connected') delete watched.downSinceMs;
      else {
        watched.downSinceMs ??= now;
        health.lastFailureMs = now;
        if (now - watched.downSinceMs >= downForMs) {
          health.code = 'account_disconnected';
          this.#flip(live, 'failing');
        }
        continue;
      }
      const failedAt = health.lastFailureMs ?? 0;
      const works =
        (connection !== undefined && health.code === 'account_disconnected') ||
        (health.lastSuccessMs ?? 0) > failedAt;
      if (health.state === 'failing' && works && now - Math.max(failedAt, health.sinceMs) >= soundForMs)
        this.#flip(live, 'healthy');
      else if (health.state === 'unknown' && connection)
        Object.assign(health, { state: 'healthy', sinceMs: now });
    }
    await this.#flipping;
    await this.#keep(false);
  }

  #lives(): LiveAccount[] {
    const { registry } = this.#o;
    return [...registry.connectors.keys()].flatMap((name) => registry.ofConnector(name));
  }

  #watch(accountId: string): Watched {
    let watched = this.#watched.get(accountId);
    if (!watched) {
      const known = this.#o.conditions.get(accountId).health;
      const health: AccountHealth = known ? { ...known } : { state: 'unknown', sinceMs: this.#o.clock.now() };
      watched = { health, failures: 0, keptAtMs: 0, dirty: false };
      if (this.#o.registry.get(accountId)) this.#watched.set(accountId, watched);
    }
    return watched;
  }

  #flip(live: LiveAccount, state: 'healthy' | 'failing'): void {
    const { clock, log } = this.#o;
    const watched = this.#watch(live.row.id);
    const { health } = watched;
    if (health.state === state) return;
    const previous = health.state;
    Object.assign(health, { state, sinceMs: clock.now() });
    if (state === 'healthy') delete health.code;
    Object.assign(watched, { dirty: false, failures: 0, keptAtMs: clock.now() });
    const { id, connector } = live.row;
    const says = { accountId: id, connector, ...(health.code ? { code: health.code } : {}) };
    if (state === 'failing') log.warn('account.failing', says);
    else log.info('account.healthy', says);
    const flipped = { ...health };
    this.#flipping = this.#flipping.then(() => this.#tell(live, flipped, previous));
  }

  async #tell({ row }: LiveAccount, health: AccountHealth, previous: AccountHealth['state']): Promise<void> {
    const { store, emit, conditions, log } = this.#o;
    const { id, merchantId, channel } = row;
    if (health.state === 'unknown') return;
    const state = health.state;
    try {
      await store.write(async (tx) => {
        await conditions.change(tx, id, { health });
        await emit(tx, {
          type: 'account.updated',
          merchantId,
          channel,
          accountId: id,
          about: id,
          data: {
            account_id: id,
            channel,
            health: state,
            previous,
            occurred_at: new Date(health.sinceMs).toISOString(),
          },
        });
      });
    } catch (error) {
      log.error('account.health_not_written', { error, accountId: id });
    }
  }

  /** Writes down what changed with sends, all of it in one unit. */
  async #keep(all: boolean): Promise<void> {
    const { store, clock, conditions, log } = this.#o;
    const now = clock.now();
    const due = [...this.#watched].filter(
      ([, { dirty, keptAtMs }]) => dirty && (all || now - keptAtMs >= keepEveryMs),
    );
    if (due.length === 0) return;
    for (const [, watched] of due) Object.assign(watched, { dirty: false, keptAtMs: now });
    try {
      await store.write(async (tx) => {
        for (const [id, { health }] of due) await conditions.change(tx, id, { health: { ...health } });
      });
    } catch (error) {
      log.error('account.health_not_written', { error });
    }
  }
}
