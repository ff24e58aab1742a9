import type { Manifest } from '../../connectors/contract/index.ts';
import { AddressBuckets, TokenBucket } from './buckets.ts';
import { Until } from './until.ts';

export type Rate = Manifest<unknown, unknown, unknown>['rate'];

/**
 * How fast one account may send, out of its manifest: a token bucket of its own, that of its line, a bucket for each address, and a
 * pause while the platform throttles.
 */
export class AccountLimits {
  readonly #account: TokenBucket;
  readonly #line: TokenBucket | undefined;
  readonly #addresses: AddressBuckets;
  #pause: Until | undefined;

  /** `line`: the bucket of the line that the account sends from, shared with the others that do. */
  constructor(rate: Rate, nowMs: number, line?: TokenBucket) {
    this.#account = new TokenBucket(rate.perSecond, nowMs);
    this.#line = line;
    this.#addresses = new AddressBuckets(rate.perAddressMs ?? 0, rate.perAddressBurst ?? 1);
  }

  /** Takes a token of the account and of its line and gives 0, or takes nothing and gives the milliseconds until it is worth asking. */
  reserve(nowMs: number): number {
    const pausedMs = this.pausedMs(nowMs);
    if (pausedMs > 0) return pausedMs;
    const waitMs = Math.max(this.#account.waitMs(nowMs), this.#line?.waitMs(nowMs) ?? 0);
    if (waitMs > 0) return waitMs;
    this.#account.take();
    this.#line?.take();
    return 0;
  }

  /** What was reserved was not needed. */
  giveBack(): void {
    this.#account.giveBack();
    this.#line?.giveBack();
  }

  /** Milliseconds until this address may get a message; 0: now. */
  addressWaitMs(address: string, nowMs: number): number {
    return this.#addresses.waitMs(address, nowMs);
  }

  /** A message goes out now: counted from here, not from when it was its turn. */
  sending(address: string, nowMs: number): void {
    this.#addresses.take(address, nowMs);
  }

  /** The platform throttles the whole account. */
  pause(forMs: number, nowMs: number): void {
    if (forMs > this.pausedMs(nowMs)) this.#pause = new Until(nowMs + forMs, nowMs);
  }

  /** How long that lasts yet. */
  pausedMs(nowMs: number): number {
    return this.#pause?.leftMs(nowMs) ?? 0;
  }
}
