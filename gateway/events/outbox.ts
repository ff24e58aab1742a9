import type { Log } from '../../connectors/contract/index.ts';
import type { Bus } from '../bus/port.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/port.ts';
import type { Emitted } from './emit.ts';

const batchSize = 256;
const maxHeld = 5000;
const pauseMs = 250;
const sweepEveryMs = 30_000;

/**
 * Publishes committed events in ledger order. What is held in memory is only a shortcut: after a crash, a pause of the bus or a
 * burst, the next batch is read from the ledger. An event leaves the ledger's outbox when its webhooks are settled, so whatever
 * a wiped bus forgets is published again.
 */
export class Outbox {
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #recovered: ((event: Emitted) => void) | undefined;
  #held: Emitted[] = [];
  /** Everything up to here has been published by this process. */
  #cursor = 0;
  /** The ledger holds unsettled events above the cursor that aren't in memory. */
  #behind = true;
  #again = false;
  #wake: (() => void) | undefined;
  #stopped = false;
  #loop: Promise<void> | undefined;
  #sweep: NodeJS.Timeout | undefined;

  /**
   * `recovered` gets events that were read from the ledger: the bus may take them for repeats and not deliver them again. Left out
   * where another process takes events to webhooks: that one looks for what the bus lost.
   */
  constructor(options: {
    store: Store;
    bus: Bus;
    log: Log;
    clock: Pick<Clock, 'now'>;
    recovered?: (event: Emitted) => void;
  }) {
    this.#store = options.store;
    this.#bus = options.bus;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#recovered = options.recovered;
  }

  start(): void {
    this.#bus.onReturn(() => this.republish());
    if (this.#recovered) this.#sweep = setInterval(() => void this.#sweepOld(), sweepEveryMs);
    this.#loop = this.#run();
  }

  /** Called in commit order. */
  push(event: Emitted): void {
    if (this.#held.length >= maxHeld) {
      this.#held = [];
      this.#behind = true;
    } else if (!this.#behind) this.#held.push(event);
    this.#wake?.();
  }

  /** Publishes everything unsettled once more; the bus drops what it still holds. */
  republish(): void {
    this.#again = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    this.#wake?.();
    await this.#loop;
  }

  /** What the bus lost without a word: unsettled for longer than any delivery takes. */
  async #sweepOld(): Promise<void> {
    try {
      const { oldestAt } = await this.#store.read.events.unsettledCount();
      // from the time to come: written before the clock was set back
      if (oldestAt !== null && Math.abs(this.#clock.now() - oldestAt) > sweepEveryMs) this.republish();
    } catch (error) {
      this.#log.error('outbox.sweep_failed', { error });
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#again) {
        this.#again = false;
        this.#held = [];
        this.#cursor = 0;
        this.#behind = true;
      }
      try {
        const worked = this.#behind ? await this.#fromLedger() : await this.#fromMemory();
        if (!worked && !this.#stopped) await this.#sleep();
      } catch {
        this.#behind = true;
        this.#held = [];
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
      if (this.#held.length > 0 || this.#behind || this.#again || this.#stopped) this.#wake();
    });
  }

  async #fromMemory(): Promise<boolean> {
    const batch = this.#held.splice(0, batchSize);
    if (batch.length > 0) await this.#publish(batch);
    return batch.length > 0;
  }

  async #fromLedger(): Promise<boolean> {
    // events committed from here on are held in memory again; the ledger read below covers all before
    const rows = await this.#store.read.events.unsettled(this.#cursor, Number.MAX_SAFE_INTEGER, batchSize);
    if (rows.length === 0) {
      this.#behind = false;
      const late = await this.#store.read.events.unsettled(this.#cursor, Number.MAX_SAFE_INTEGER, 1);
      if (late.length > 0) this.#behind = true;
      return this.#behind;
    }
    const batch = rows.map(({ event, lane }) => ({ ...event, lane }));
    await this.#publish(batch);
    if (this.#recovered) for (const event of batch) this.#recovered(event);
    return true;
  }

  async #publish(batch: Emitted[]): Promise<void> {
    const results = await Promise.allSettled(
      batch.map((event) =>
        this.#bus.publish({
          subject: event.subject,
          id: event.id,
          payload: event.envelope,
          place: event.seq,
        }),
      ),
    );
    const failed = results.findIndex((result) => result.status === 'rejected');
    const last = failed === -1 ? batch.at(-1) : batch[failed - 1];
    if (last && last.seq > this.#cursor) this.#cursor = last.seq;
    if (failed !== -1) {
      this.#log.warn('outbox.publish_failed', { count: batch.length - failed });
      throw new Error('not published');
    }
  }
}
