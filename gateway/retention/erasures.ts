import { Refusal } from '../problems.ts';
import type { ConsumerRow, ErasureRow, Store } from '../store/port.ts';
import { beginErasure, finishErasure } from './erase.ts';
import type { EraseOptions } from './erase.ts';

const everyMs = 30_000;
const sendsInHandMs = 500;
const lookedAt = 1000;

/** The erasures under way: one at a time, and again from the ledger after a crash. */
export class Erasures {
  readonly #o: EraseOptions;
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #again = false;

  constructor(options: Omit<EraseOptions, 'pause'>) {
    this.#o = { ...options, pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
  }

  start(): void {
    this.#timer = setInterval(() => this.#wake(), everyMs);
    this.#wake();
  }

  /** Begins one: what is known of the consumer by name and address is gone when this resolves, the rest follows. */
  async erase(of: { merchantId: string; consumerId: string; actor: string }): Promise<ErasureRow> {
    const row = await this.#o.store.write(async (tx) => {
      const consumer = await personOf(tx, of.merchantId, of.consumerId);
      return beginErasure(tx, this.#o, { consumer, actor: of.actor });
    });
    this.#wake();
    return row;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#work;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#work) await this.#work;
  }

  #later(): void {
    setTimeout(() => this.#wake(), sendsInHandMs).unref();
  }

  #wake(): void {
    if (this.#stop.signal.aborted) return;
    this.#again = true;
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
    });
  }

  async #run(): Promise<void> {
    const goesOn = () => !this.#stop.signal.aborted;
    while (this.#again && goesOn()) {
      this.#again = false;
      for (const row of await this.#o.store.read.erasures.running(lookedAt)) {
        try {
          const end = await finishErasure(this.#o, row, goesOn);
          if (end === 'stopped') return;
          if (end === 'later') this.#later();
        } catch (error) {
          // the bus may be away: the next look goes on
          this.#o.log.error('erasure.interrupted', { error });
        }
      }
    }
  }
}

/** The consumer who is meant: of one who was linked into another, that one. */
export async function personOf(
  read: Pick<Store['read'], 'directory'>,
  merchantId: string,
  consumerId: string,
): Promise<ConsumerRow> {
  const named = await read.directory.consumer(consumerId);
  const row = named?.mergedInto ? await read.directory.consumer(named.mergedInto) : named;
  if (!row || row.merchantId !== merchantId)
    throw new Refusal('not_found', `There is no consumer ${consumerId}.`);
  return row;
}
