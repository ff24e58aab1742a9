import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import { Breaker } from './breaker.ts';
import { TokenBucket } from './buckets.ts';
import { AccountLimits } from './limits.ts';

/** A lane let through: it holds a place and a token until it leaves. */
export interface Pass {
  gate: Gate;
  bulk: boolean;
  /** `probe` until the breaker has heard how it ended. */
  entered: 'pass' | 'probe';
  /** A send was made: its token is gone. */
  used: boolean;
}

/** Not now: at all, or no bulk; until a time, or until another one leaves. */
export interface Refused {
  blocks: 'bulk' | 'all';
  untilMs?: number;
}

/** A pause shorter than this is not worth a word. */
const notableMs = 1000;

/** What stands between the lanes and one account: places, tokens, a pause, a breaker. */
export class Gate {
  readonly #clock: Clock;
  readonly #concurrency: number;
  /** Bulk leaves a place in ten to what is normal, and one at least where there are several. */
  readonly #bulkPlaces: number;
  readonly limits: AccountLimits;
  readonly breaker: Breaker;
  #inFlight = 0;
  #bulkInFlight = 0;

  constructor(live: LiveAccount, clock: Clock, line: TokenBucket | undefined) {
    const { rate } = live.connector.manifest;
    this.#clock = clock;
    this.#concurrency = rate.concurrency;
    this.#bulkPlaces = Math.max(1, rate.concurrency - Math.max(1, Math.floor(rate.concurrency / 10)));
    this.limits = new AccountLimits(rate, clock.now(), line);
    this.breaker = new Breaker(() => (clock.random(1)[0] ?? 0) / 255);
  }

  enter(bulk: boolean): Pass | Refused {
    const now = this.#clock.now();
    if (this.#inFlight >= this.#concurrency) return { blocks: 'all' };
    if (bulk && this.#bulkInFlight >= this.#bulkPlaces) return { blocks: 'bulk' };
    const waitMs = this.limits.reserve(now);
    if (waitMs > 0) return { blocks: 'all', untilMs: now + waitMs };
    const entered = this.breaker.enter(now);
    if (entered === 'wait') {
      this.limits.giveBack();
      const probeInMs = this.breaker.waitMs(now) ?? 0;
      return { blocks: 'all', ...(probeInMs > 0 ? { untilMs: now + probeInMs } : {}) };
    }
    this.#inFlight++;
    if (bulk) this.#bulkInFlight++;
    return { gate: this, bulk, entered, used: false };
  }

  leave({ bulk, entered, used }: Pass): void {
    this.#inFlight--;
    if (bulk) this.#bulkInFlight--;
    if (!used) this.limits.giveBack();
    this.breaker.leave(entered);
  }

  /** Why nothing goes out now for longer than a moment, and until when. */
  hold(): { why: 'breaker_open' | 'throttled'; untilMs: number } | undefined {
    const now = this.#clock.now();
    const probeInMs = this.breaker.waitMs(now);
    if (probeInMs !== undefined && (probeInMs > 0 || this.breaker.state === 'probing'))
      return { why: 'breaker_open', untilMs: now + probeInMs };
    const pausedMs = this.limits.pausedMs(now);
    return pausedMs > notableMs ? { why: 'throttled', untilMs: now + pausedMs } : undefined;
  }
}

/** The gates of all accounts, made when first needed, and anew when an account changes: what was wrong with it may be mended. */
export class Gates {
  readonly #registry: AccountRegistry;
  readonly #clock: Clock;
  readonly #gates = new Map<string, Gate>();
  readonly #lines = new Map<string, TokenBucket>();

  constructor(registry: AccountRegistry, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
    registry.onChange(({ live }) => this.renew(live.row.id));
  }

  /** What was wrong with the account is said to be mended: it begins anew. */
  renew(accountId: string): void {
    this.#gates.delete(accountId);
  }

  /** undefined: there is no such account now. */
  of(accountId: string): Gate | undefined {
    const live = this.#registry.get(accountId);
    if (!live) return undefined;
    let gate = this.#gates.get(accountId);
    if (!gate) this.#gates.set(accountId, (gate = new Gate(live, this.#clock, this.#lineOf(live))));
    return gate;
  }

  /** Whether an account's breaker is not closed. One that has sent nothing yet has none. */
  isBroken(accountId: string): boolean {
    const gate = this.#gates.get(accountId);
    return gate !== undefined && gate.breaker.state !== 'closed';
  }

  /** Accounts whose breaker is not closed. */
  broken(): { accountId: string; state: 'open' | 'probing' }[] {
    return [...this.#gates].flatMap(([accountId, { breaker }]) =>
      breaker.state === 'closed' ? [] : [{ accountId, state: breaker.state }],
    );
  }

  /** The bucket of the line that the account names in its configuration, shared by its merchant's accounts that name the same. */
  #lineOf({ row, connector, account }: LiveAccount): TokenBucket | undefined {
    const { sender } = connector.manifest.rate;
    if (!sender) return undefined;
    const name = (account.config as Record<string, unknown>)[sender.field];
    const key = JSON.stringify([row.merchantId, row.connector, name ?? ['', row.id]]);
    let line = this.#lines.get(key);
    if (!line) this.#lines.set(key, (line = new TokenBucket(sender.perSecond, this.#clock.now())));
    return line;
  }
}
