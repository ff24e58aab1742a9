import type { SendOutcome } from '../../connectors/contract/index.ts';
import { verdictOf } from '../dispatch/breaker.ts';
import type { Emit } from '../events/emit.ts';
import type { AccountHealth } from '../store/port.ts';
import { expiryTurn, shownState } from './expiry.ts';
import type { ShownState } from './expiry.ts';
import type { AccountOptions } from './options.ts';
import { everyAccount } from './registry.ts';
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
        if (!watched) return;
        watched.failures = 0;
        // other credentials: whoever changed them sees at once what is known of their end
        this.#lookAtExpiry(live, watched);
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

  /** Looks at connections, at who is well again, and at whose credentials end. */
  async tick(): Promise<void> {
    const now = this.#o.clock.now();
    for (const live of everyAccount(this.#o.registry)) {
      const watched = this.#watch(live.row.id);
      this.#lookAtExpiry(live, watched);
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

  /** Warns once of credentials that end, and takes it back when others came or the platform gave them longer. */
  #lookAtExpiry(live: LiveAccount, watched: Watched): void {
    const { clock, conditions, log } = this.#o;
    const { health } = watched;
    const { id, connector } = live.row;
    const endsMs = conditions.get(id).probe?.expiresAtMs ?? undefined;
    const turn = expiryTurn({ endsMs, warnedOfMs: health.expiringMs, nowMs: clock.now() });
    if (turn === undefined) return;
    const previous = shownState(health);
    if (turn === 'over') delete health.expiringMs;
    else health.expiringMs = endsMs!;
    if (turn === 'moved') watched.dirty = true;
    else this.#changed(live, previous);
    const ends = endsMs === undefined ? {} : { expiresAt: new Date(endsMs).toISOString() };
    if (turn === 'warn') log.warn('account.credentials_expiring', { accountId: id, connector, ...ends });
    if (turn === 'over') log.info('account.credentials_not_expiring', { accountId: id, connector, ...ends });
  }

  #flip(live: LiveAccount, state: 'healthy' | 'failing'): void {
    const { clock, log } = this.#o;
    const watched = this.#watch(live.row.id);
    const { health } = watched;
    if (health.state === state) return;
    const previous = shownState(health);
    Object.assign(health, { state, sinceMs: clock.now() });
    if (state === 'healthy') delete health.code;
    watched.failures = 0;
    const { id, connector } = live.row;
    const says = { accountId: id, connector, ...(health.code ? { code: health.code } : {}) };
    if (state === 'failing') log.warn('account.failing', says);
    else log.info('account.healthy', says);
    this.#changed(live, previous);
  }

  /** Has what changed written down, and told. */
  #changed(live: LiveAccount, previous: ShownState): void {
    const watched = this.#watch(live.row.id);
    const nowMs = this.#o.clock.now();
    Object.assign(watched, { dirty: false, keptAtMs: nowMs });
    const health = { ...watched.health };
    this.#flipping = this.#flipping.then(() => this.#tell(live, health, { previous, nowMs }));
  }

  async #tell(
    { row }: LiveAccount,
    health: AccountHealth,
    { previous, nowMs }: { previous: ShownState; nowMs: number },
  ): Promise<void> {
    const { store, emit, conditions, log } = this.#o;
    const { id, merchantId, channel } = row;
    const shown = shownState(health);
    const { expiringMs } = health;
    try {
      await store.write(async (tx) => {
        await conditions.change(tx, id, { health });
        // what fails goes on failing, whatever became of its credentials
        if (previous === 'failing' && shown === 'failing' && expiringMs === undefined) return;
        await emit(tx, {
          type: 'account.updated',
          merchantId,
          channel,
          accountId: id,
          about: id,
          data: {
            account_id: id,
            channel,
            // nothing was sent yet, and nothing is wrong any more
            health: shown === 'unknown' ? 'healthy' : shown,
            previous,
            ...(expiringMs === undefined
              ? {}
              : { credentials_expire_at: new Date(expiringMs).toISOString() }),
            occurred_at: new Date(nowMs).toISOString(),
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
