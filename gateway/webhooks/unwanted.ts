import type { Log } from '../../connectors/contract/index.ts';
import type { Store } from '../store/port.ts';

/** How long they are gathered, and how many at most go in one unit. */
const gatherMs = 25;
const maxAtOnce = 1000;

/**
 * Events that no endpoint wants: taken off the outbox together, for one at a time each would cost as much as one that is wanted.
 * What is not taken off, be it by a crash, comes again by the outbox.
 */
export class Unwanted {
  readonly #o: { store: Store; log: Log };
  #seqs: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: { store: Store; log: Log }) {
    this.#o = options;
  }

  add(seq: number): void {
    if (this.#seqs.push(seq) >= maxAtOnce) return this.#flush();
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  /** Resolves when all that was added is written. */
  async stop(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const seqs = this.#seqs;
    if (seqs.length === 0) return;
    this.#seqs = [];
    const written = this.#o.store
      .write((tx) => tx.events.settleAll(seqs))
      .catch((error: unknown) => this.#o.log.error('webhooks.settle_failed', { error }));
    this.#writing = Promise.all([this.#writing, written]).then(() => {});
  }
}
