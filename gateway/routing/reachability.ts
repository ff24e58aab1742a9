import type { Context, ReachOutcome } from '../../connectors/contract/index.ts';
import { inTime } from '../accounts/in-time.ts';
import type { LiveAccount } from '../accounts/registry.ts';

export const reachTimes = {
  /** Longest that one send, preview or fallback waits, however many ways are asked about. */
  waitMs: 1500,
  /** How long a call may take in all: what comes after the wait is good for the next send. */
  callMs: 8000,
  /** For how long an answer holds. Who wrote there since can be reached, and nobody asks. */
  keptMs: 3_600_000,
  /** For how long nothing is asked anew where the platform could not say. */
  unknownMs: 60_000,
  /** For how long an account is not asked after its platform made somebody wait in vain. */
  slowMs: 30_000,
} as const;

const maxKept = 10_000;
/** Calls of one account at the same time; beyond it the answer is "unknown". */
const maxAtOnce = 20;

const unknown: ReachOutcome = { type: 'unknown' };

/** The way asked about. */
export interface Asked {
  live: LiveAccount;
  address: string;
  lastActiveAt: number | null;
}

interface Kept {
  outcome: ReachOutcome;
  untilMs: number;
}

/**
 * What platforms say of addresses, by account and address, for an hour and at most 10,000 of them. Nobody waits longer than 1.5 s, and
 * the same question is not asked twice at the same time.
 */
export class Reachability {
  readonly #o: { context: Context; waitMs: number };
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<ReachOutcome>>();
  readonly #atOnce = new Map<string, number>();
  readonly #slowUntil = new Map<string, number>();

  constructor(options: { context: Context; waitMs?: number }) {
    this.#o = { waitMs: reachTimes.waitMs, ...options };
  }

  get size(): number {
    return this.#kept.size;
  }

  /** One send's questions: they share one limit, which begins with the first that has to be asked. `end` it when the way is chosen. */
  begin(): { ask(of: Asked): Promise<ReachOutcome>; end(): void } {
    let timer: NodeJS.Timeout | undefined;
    let late: Promise<'late'> | undefined;
    let isLate = false;
    const ask = async (of: Asked): Promise<ReachOutcome> => {
      const known = this.#known(of);
      if (known) return known;
      const asking = isLate ? undefined : this.#call(of);
      if (!asking) return unknown;
      const isFirst = late === undefined;
      late ??= new Promise((resolve) => {
        timer = setTimeout(() => {
          isLate = true;
          resolve('late');
        }, this.#o.waitMs);
      });
      const outcome = await Promise.race([asking, late]);
      if (outcome !== 'late') return outcome;
      // who was asked later had only what was left of the time
      if (isFirst) this.#slowUntil.set(of.live.row.id, this.#now() + reachTimes.slowMs);
      return unknown;
    };
    return { ask, end: () => clearTimeout(timer) };
  }

  /** The account changed or is no more: what was said to it holds no longer. */
  forget(accountId: string): void {
    this.#slowUntil.delete(accountId);
    for (const held of [this.#kept, this.#asking])
      for (const key of held.keys()) if (key.startsWith(`${accountId} `)) held.delete(key);
  }

  #now(): number {
    return this.#o.context.now();
  }

  #known({ live, address, lastActiveAt }: Asked): ReachOutcome | undefined {
    const nowMs = this.#now();
    if (!live.connector.reach) return unknown;
    if (lastActiveAt !== null && nowMs < lastActiveAt + reachTimes.keptMs) return { type: 'yes' };
    const kept = this.#kept.get(keyOf(live, address));
    if (kept && nowMs < kept.untilMs) return kept.outcome;
    return nowMs < (this.#slowUntil.get(live.row.id) ?? 0) ? unknown : undefined;
  }

  /** The answer that is on its way, or a new question; undefined where too many are open. */
  #call({ live, address }: Asked): Promise<ReachOutcome> | undefined {
    const key = keyOf(live, address);
    const open = this.#asking.get(key);
    if (open) return open;
    const { id } = live.row;
    const atOnce = this.#atOnce.get(id) ?? 0;
    if (atOnce >= maxAtOnce) return undefined;
    this.#atOnce.set(id, atOnce + 1);
    const asking = this.#ask(live, address).then((outcome) => {
      // an account that changed meanwhile was asked about something else
      if (this.#asking.get(key) === asking) {
        this.#asking.delete(key);
        this.#keep(key, outcome);
      }
      const left = this.#atOnce.get(id)! - 1;
      if (left > 0) this.#atOnce.set(id, left);
      else this.#atOnce.delete(id);
      return outcome;
    });
    this.#asking.set(key, asking);
    return asking;
  }

  /** Ends in time whatever the connector does; never rejects. */
  async #ask({ connector, account, row }: LiveAccount, address: string): Promise<ReachOutcome> {
    const { context } = this.#o;
    const late = { ms: reachTimes.callMs, otherwise: unknown };
    try {
      return await inTime(context, late, (within) => connector.reach!(address, account, within));
    } catch (error) {
      context.log.error('connector.reach_threw', { error, connector: row.connector, accountId: row.id });
      return unknown;
    }
  }

  #keep(key: string, outcome: ReachOutcome): void {
    const forMs = outcome.type === 'unknown' ? reachTimes.unknownMs : reachTimes.keptMs;
    this.#kept.delete(key);
    this.#kept.set(key, { outcome, untilMs: this.#now() + forMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break;
      this.#kept.delete(oldest);
    }
  }
}

/** An account is one merchant's, so that nobody learns what another was told. */
const keyOf = ({ row }: LiveAccount, address: string): string => `${row.id} ${address}`;
