import type { SendOutcome } from '../../connectors/contract/index.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { Until } from './until.ts';

/** Failures in a row that open it, and to how many addresses at least: one consumer's trouble is none of the account's. */
const openAfter = 5;
const openAfterAddresses = 3;
const firstOpenMs = 1000;
const maxOpenMs = 60_000;

/** What says that nobody can be reached through the account: the platform is away, or it will have none of the account. */
const ofAccount: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'platform_unavailable',
  'account_disconnected',
  'account_unauthorized',
  'account_suspended',
  'balance_exhausted',
]);

/**
 * What an outcome says of the account: it works, it fails, or nothing. A platform that refuses one message does answer, and so works;
 * one that throttles says so by itself; one that never answers fails.
 */
export function verdictOf(outcome: SendOutcome): 'works' | 'fails' | 'nothing' {
  switch (outcome.type) {
    case 'sent':
      return 'works';
    case 'throttled':
      return 'nothing';
    case 'uncertain':
      return 'fails';
    case 'rejected':
      return ofAccount.has(outcome.failure.code) ? 'fails' : 'works';
  }
}

/**
 * A circuit breaker for one account. Closed, it counts failures in a row; open, nothing is sent and nothing is spent; when its time is
 * over it lets one probe through (half-open): if that works it closes, if not it is open for twice as long. Pure: time comes in.
 */
export class Breaker {
  readonly #random: () => number;
  #failures = 0;
  readonly #addresses = new Set<string>();
  #openUntil: Until | undefined;
  #openings = 0;
  #probing = false;

  /** `random` gives 0 to 1: probes of many accounts of one platform don't fall together. */
  constructor(random: () => number) {
    this.#random = random;
  }

  get state(): 'closed' | 'open' | 'probing' {
    return this.#openUntil === undefined ? 'closed' : this.#probing ? 'probing' : 'open';
  }

  /** Milliseconds until the next probe may go; undefined while it is closed. */
  waitMs(nowMs: number): number | undefined {
    return this.#openUntil?.leftMs(nowMs);
  }

  /** Whether a send may go now. While open, the one that is let through is the probe and holds the others back until it ends. */
  enter(nowMs: number): 'pass' | 'probe' | 'wait' {
    if (this.#openUntil === undefined) return 'pass';
    if (this.#probing || this.#openUntil.leftMs(nowMs) > 0) return 'wait';
    this.#probing = true;
    return 'probe';
  }

  /** What was let through ended without a word of the platform: the next one is the probe. */
  leave(entered: 'pass' | 'probe'): void {
    if (entered === 'probe') this.#probing = false;
  }

  /** Takes in how a send ended; gives what changed. */
  record(
    verdict: ReturnType<typeof verdictOf>,
    of: { address: string; entered: 'pass' | 'probe'; nowMs: number },
  ): 'opened' | 'closed' | undefined {
    const wasOpen = this.#openUntil !== undefined;
    if (verdict === 'works') {
      this.#failures = 0;
      this.#addresses.clear();
      this.#openUntil = undefined;
      this.#openings = 0;
      this.#probing = false;
      return wasOpen ? 'closed' : undefined;
    }
    this.leave(of.entered);
    if (verdict === 'nothing') return undefined;
    if (wasOpen) {
      // those that were on their way when it opened say nothing new
      if (of.entered === 'probe') this.#open(of.nowMs);
      return undefined;
    }
    this.#failures++;
    if (this.#addresses.size < openAfterAddresses) this.#addresses.add(of.address);
    if (this.#failures < openAfter || this.#addresses.size < openAfterAddresses) return undefined;
    this.#open(of.nowMs);
    return 'opened';
  }

  #open(nowMs: number): void {
    const forMs = Math.min(firstOpenMs * 2 ** Math.min(this.#openings++, 20), maxOpenMs);
    this.#openUntil = new Until(nowMs + forMs * (0.75 + this.#random() / 4), nowMs);
  }
}
