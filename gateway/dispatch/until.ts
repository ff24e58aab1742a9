/** A wall-clock time that is waited for. Where the clock is set back, the wait stays as long as it was. */
export class Until {
  #untilMs: number;
  #seenMs: number;

  constructor(untilMs: number, nowMs: number) {
    this.#untilMs = untilMs;
    this.#seenMs = nowMs;
  }

  /** How long it still is; 0: over. To be asked often: what the clock lost is told from the last time it was. */
  leftMs(nowMs: number): number {
    if (nowMs < this.#seenMs) this.#untilMs -= this.#seenMs - nowMs;
    this.#seenMs = nowMs;
    return Math.max(0, this.#untilMs - nowMs);
  }
}
