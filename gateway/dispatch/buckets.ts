/** So many a second, and a burst of one second's worth: at least one. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = Math.max(1, perSecond);
    this.#filledAt = nowMs;
  }

  /** Milliseconds until there is a token; 0: now. Takes nothing. */
  waitMs(nowMs: number): number {
    const burst = Math.max(1, this.#perSecond);
    // a clock that went back fills nothing and takes nothing away
    const passedMs = Math.max(0, nowMs - this.#filledAt);
    this.#tokens = Math.min(burst, this.#tokens + (passedMs / 1000) * this.#perSecond);
    this.#filledAt = nowMs;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
  }

  take(): void {
    this.#tokens -= 1;
  }

  giveBack(): void {
    this.#tokens += 1;
  }
}

const maxAddresses = 100_000;

/**
 * One message each `gapMs` to an address in the long run, `burst` at once: what goes early is borrowed from the time to come.
 * Kept per address as the time at which all is paid back (the generic cell rate algorithm, ITU-T I.371).
 */
export class AddressBuckets {
  readonly #gapMs: number;
  readonly #borrowMs: number;
  readonly #paidAt = new Map<string, number>();

  constructor(gapMs: number, burst: number) {
    this.#gapMs = gapMs;
    this.#borrowMs = gapMs * (burst - 1);
  }

  /** Milliseconds until this address may get one more; 0: now. */
  waitMs(address: string, nowMs: number): number {
    const paidAt = this.#paidAt.get(address);
    if (paidAt === undefined) return 0;
    // never longer than a clock that went back would make it
    return Math.min(Math.max(0, paidAt - this.#borrowMs - nowMs), this.#gapMs);
  }

  /** A message goes out to it now. */
  take(address: string, nowMs: number): void {
    if (this.#gapMs === 0) return;
    const owed = Math.min(this.#paidAt.get(address) ?? nowMs, nowMs + this.#borrowMs);
    this.#paidAt.delete(address);
    this.#paidAt.set(address, Math.max(owed, nowMs) + this.#gapMs);
    this.#forget(nowMs);
  }

  /** The oldest who owe nothing, a few each time, so that only those are kept who do; beyond the limit whoever they are. */
  #forget(nowMs: number): void {
    let looks = 0;
    for (const [address, paidAt] of this.#paidAt) {
      if (this.#paidAt.size <= maxAddresses && (paidAt > nowMs || ++looks > 3)) return;
      this.#paidAt.delete(address);
    }
  }

  /** Addresses remembered. */
  get size(): number {
    return this.#paidAt.size;
  }
}
