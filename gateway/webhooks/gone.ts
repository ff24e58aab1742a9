/**
 * Per lane, the first event that was let go because it couldn't be written, and that hasn't come again from the outbox. Nothing
 * behind it may be placed meanwhile: it would overtake it.
 */
export class Gone {
  readonly #first = new Map<string, number>();

  /** It is in nobody's hand any more. */
  add(lane: string, seq: number): void {
    this.#first.set(lane, Math.min(seq, this.#first.get(lane) ?? seq));
  }

  /** Whether something of the lane before this place is missing. */
  isBefore(lane: string, seq: number): boolean {
    return (this.#first.get(lane) ?? Infinity) < seq;
  }

  /** The lane is walked from its first unsettled event on: what stood before that was settled or removed. */
  walkedFrom(lane: string, first: number | undefined): void {
    if (this.isBefore(lane, first ?? Infinity)) this.#first.delete(lane);
  }

  /** It has come again; what follows it is taken in after it. */
  back(lane: string, seq: number): void {
    if (this.#first.get(lane) === seq) this.#first.delete(lane);
  }
}
