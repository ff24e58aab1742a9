import type { Log } from '../../connectors/contract/index.ts';
import { isSettled } from '../../protocol/delivery.ts';
import { idTimeMs } from '../../protocol/ids.ts';
import type { Clock } from '../clock.ts';
import type { BlobStore } from '../media/blobs.ts';
import type { Store, Tx } from '../store/port.ts';
import { removeContent, removeEvent, removeMedia } from './remove.ts';
import { retentionOf } from './settings.ts';

export interface SweeperOptions {
  store: Store;
  clock: Clock;
  log: Log;
  blobs: Pick<BlobStore, 'remove'>;
}

const everyMs = 10 * 60_000;
/** Rows in one unit of work: a few milliseconds of everybody's commit. */
const atOnce = 50;
const betweenMs = 20;
const merchantsAtOnce = 100;
const dayMs = 86_400_000;

/**
 * Removes what is too old, merchant by merchant, in small units with a pause after each. How far it came is in the ledger. Messages
 * are found by their events: every message has one, and an outbound one gets its last when it is settled, so nothing that still
 * waits loses its content.
 */
export class Sweeper {
  readonly #o: SweeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#o = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sweep(), everyMs);
    void this.sweep();
  }

  /** One round over all merchants; joins the one that runs. */
  sweep(): Promise<void> {
    this.#round ??= this.#all()
      .catch((error: unknown) => this.#o.log.error('retention.sweep_failed', { error }))
      .finally(() => {
        this.#round = undefined;
      });
    return this.#round;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  async #all(): Promise<void> {
    const { read } = this.#o.store;
    for (let after = ''; !this.#stopped;) {
      const merchants = await read.merchants.list(after, merchantsAtOnce);
      for (const { id } of merchants) if (!this.#stopped) await this.#merchant(id);
      if (merchants.length < merchantsAtOnce) break;
      after = merchants.at(-1)!.id;
      await this.#breathe();
    }
    await this.removeBlobs();
  }

  async #merchant(merchantId: string): Promise<void> {
    const days = await retentionOf(this.#o.store.read, merchantId);
    const now = this.#o.clock.now();
    const steps = [
      [days.content, this.#content],
      [days.events, this.#events],
      [days.media, this.#media],
    ] as const;
    for (const [kept, step] of steps) {
      if (kept === null) continue;
      const beforeMs = now - kept * dayMs;
      while (!this.#stopped && (await step.call(this, merchantId, beforeMs))) await this.#breathe();
    }
  }

  /** True if there is more. */
  async #content(merchantId: string, beforeMs: number): Promise<boolean> {
    const { store, clock } = this.#o;
    return store.write(async (tx) => {
      const mark = Number((await tx.retention.mark(merchantId, 'content')) || 0);
      const rows = await tx.retention.eventsAfter(merchantId, mark, atOnce);
      const old = rows.slice(0, firstNew(rows, beforeMs));
      for (const id of new Set(old.flatMap(({ messageId }) => messageId ?? [])))
        await removeOld(tx, id, clock.now());
      return advance(tx, merchantId, 'content', old.at(-1)?.seq, old.length === atOnce);
    });
  }

  async #events(merchantId: string, beforeMs: number): Promise<boolean> {
    const { store, clock } = this.#o;
    return store.write(async (tx) => {
      const mark = Number((await tx.retention.mark(merchantId, 'events')) || 0);
      const rows = await tx.retention.eventsAfter(merchantId, mark, atOnce);
      let last: number | undefined;
      for (const { seq } of rows.slice(0, firstNew(rows, beforeMs))) {
        // what a webhook still waits for stays until that is over
        if (await tx.retention.isAwaited(seq)) return advance(tx, merchantId, 'events', last, false);
        const event = await tx.retention.event(seq);
        if (event) await removeEvent(tx, event, clock.now());
        last = seq;
      }
      return advance(tx, merchantId, 'events', last, firstNew(rows, beforeMs) === atOnce);
    });
  }

  async #media(merchantId: string, beforeMs: number): Promise<boolean> {
    const { store, clock } = this.#o;
    return store.write(async (tx) => {
      const mark = await tx.retention.mark(merchantId, 'media');
      const rows = await tx.retention.mediaAfter(merchantId, mark, atOnce);
      let last: string | undefined;
      for (const row of rows) {
        if (idTimeMs(row.id) >= beforeMs) break;
        const usedAt = row.messageId === null ? await tx.retention.lastUse(row.id) : 0;
        // an upload that is still being sent keeps its place, and is looked at again
        if (usedAt >= beforeMs || row.state === 'pending') break;
        await removeMedia(tx, row, clock.now());
        last = row.id;
      }
      return advance(tx, merchantId, 'media', last, last !== undefined && last === rows[atOnce - 1]?.id);
    });
  }

  /** Removes bytes from the disk that no item names any more. Gives how many must wait, for they came again just now. */
  async removeBlobs(): Promise<number> {
    const { store, blobs } = this.#o;
    for (;;) {
      const unwanted = await store.read.retention.unwantedBlobs(atOnce);
      let gone = 0;
      for (const sha256 of unwanted) {
        const isWanted = async () => store.read.retention.isWanted(sha256);
        if (!(await isWanted()) && !(await blobs.remove(sha256, isWanted))) continue;
        await store.write((tx) => tx.retention.forgetBlob(sha256));
        gone++;
      }
      if (unwanted.length < atOnce || gone === 0 || this.#stopped) return unwanted.length - gone;
      await this.#breathe();
    }
  }

  #breathe(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}

const firstNew = (rows: { at: number }[], beforeMs: number): number => {
  const index = rows.findIndex(({ at }) => at >= beforeMs);
  return index === -1 ? rows.length : index;
};

async function removeOld(tx: Tx, messageId: string, now: number): Promise<void> {
  const message = await tx.messages.byId(messageId);
  if (!message || message.extras?.removed) return;
  const delivery = await tx.deliveries.byMessage(messageId);
  if (delivery && !isSettled(delivery.state)) return;
  await removeContent(tx, message, now);
}

async function advance(
  tx: Tx,
  merchantId: string,
  what: 'content' | 'events' | 'media',
  place: number | string | undefined,
  more: boolean,
): Promise<boolean> {
  if (place !== undefined) await tx.retention.setMark({ merchantId, what, place: String(place) });
  return more;
}
