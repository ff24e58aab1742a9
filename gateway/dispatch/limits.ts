import type { Manifest } from '../../connectors/contract/index.ts';

type Rate = Manifest<unknown, unknown, unknown>['rate'];

const maxAddresses = 100_000;

/** How fast one account may send: a token bucket, a pause while the platform throttles, and a gap per address. */
export class AccountLimits {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;
  #pausedUntil = 0;
  readonly #lastTo = new Map<string, number>();
  inFlight = 0;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = Math.max(1, rate.perSecond);
    this.#filledAt = nowMs;
  }

  get concurrency(): number {
    return this.#rate.concurrency;
  }

  /** Takes a token and gives 0, or takes nothing and gives the milliseconds until it is worth asking again. */
  take(address: string, nowMs: number): number {
    if (nowMs < this.#pausedUntil) return this.#pausedUntil - nowMs;
    const gap = this.#rate.perAddressMs ?? 0;
    const next = (this.#lastTo.get(address) ?? -Infinity) + gap;
    if (gap > 0 && nowMs < next) return next - nowMs;
    const burst = Math.max(1, this.#rate.perSecond);
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledAt) / 1000) * this.#rate.perSecond);
    this.#filledAt = nowMs;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1000);
    this.#tokens -= 1;
    if (gap > 0) this.#remember(address, nowMs, gap);
    return 0;
  }

  /** A message goes out now: the gap is counted from here, not from when it was its turn. */
  sending(address: string, nowMs: number): void {
    const gap = this.#rate.perAddressMs ?? 0;
    if (gap > 0) this.#remember(address, nowMs, gap);
  }

  /** The platform throttles the whole account. */
  pause(untilMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, untilMs);
  }

  #remember(address: string, nowMs: number, gap: number): void {
    this.#lastTo.delete(address);
    this.#lastTo.set(address, nowMs);
    if (this.#lastTo.size <= maxAddresses) return;
    for (const [old, at] of this.#lastTo) {
      if (nowMs - at < gap && this.#lastTo.size <= maxAddresses) return;
      this.#lastTo.delete(old);
    }
  }
}
