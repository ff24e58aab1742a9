import type { DeliveryRow } from '../store/port.ts';
import type { DispatchOptions } from './options.ts';
import type { Lane, Turns } from './turns.ts';

/** Lanes remembered over all accounts, and at least and at most for one class of one. The rest waits in the ledger. */
const maxLines = 20_000;
const minLine = 8;
const maxLine = 1000;
/** Rows read at a time, and by one look. */
const maxPage = 500;
const maxLook = 2000;
/** All that is due is read this often; between, what is younger than the last look by this much. */
const readAllEveryMs = 2000;
const lateMs = 1000;

type Cursor = Parameters<DispatchOptions['store']['read']['deliveries']['dueOf']>[0]['after'];
const beginning: Cursor = { at: -1, messageId: '' };

const keyOf = (accountId: string, bulk: boolean): string => `${accountId} ${bulk ? 'bulk' : 'normal'}`;

/** A lane, and the delivery whose turn it is there. */
export interface Stood {
  lane: Lane;
  head: DeliveryRow;
}

/**
 * Brings lanes from the ledger into line, soonest due first, as there is room. While an account has more in the ledger than in line,
 * lanes that are woken don't jump the queue: they too are found in the ledger when their time comes.
 */
export class Backlog {
  readonly #o: Pick<DispatchOptions, 'store' | 'clock' | 'serves'>;
  readonly #turns: Turns;
  readonly #atWork: (conversationId: string) => boolean;
  /** Where to read on, for each class of each account that has more in the ledger than in line. */
  readonly #more = new Map<string, Cursor>();
  readonly #filling = new Set<string>();
  /** When all that was due had been read last, from the beginning, and up to what time. */
  readonly #readAll = new Map<string, { wholeAtMs: number; upToMs: number }>();

  constructor(
    options: Pick<DispatchOptions, 'store' | 'clock' | 'serves'>,
    turns: Turns,
    atWork: (conversationId: string) => boolean,
  ) {
    this.#o = options;
    this.#turns = turns;
    this.#atWork = atWork;
  }

  /** The lane of a conversation that has something to send now, and what it has, if there is room for it in line. */
  async admit(conversationId: string, { woken = false } = {}): Promise<Stood | undefined> {
    let stood = await this.#laneOf(conversationId);
    if (!stood && woken) {
      // written by another process since this turn of the event loop began
      this.#o.store.fresh();
      stood = await this.#laneOf(conversationId);
    }
    if (!stood) return undefined;
    const { accountId, bulk } = stood.lane;
    const key = keyOf(accountId, bulk);
    if (this.#more.has(key) || this.#turns.has(conversationId, bulk)) return undefined;
    if (this.#turns.waiting(accountId, bulk) < this.#room()) return stood;
    this.#more.set(key, beginning);
    return undefined;
  }

  /** Whether there is more in the ledger and room for it in line. */
  wants(accountId: string, bulk: boolean): boolean {
    return this.#more.has(keyOf(accountId, bulk)) && this.#hasRoom(accountId, bulk);
  }

  /** Reads on in what is due at an account, and stands it in line. Gives how many rows were read. */
  async fill(accountId: string, bulk: boolean): Promise<number> {
    const key = keyOf(accountId, bulk);
    if (this.#filling.has(key) || !this.#hasRoom(accountId, bulk)) return 0;
    this.#filling.add(key);
    let read = 0;
    try {
      while (read < maxLook && this.#hasRoom(accountId, bulk)) {
        const after = this.#more.get(key) ?? this.#beginning(key);
        const free = this.#room() - this.#turns.waiting(accountId, bulk);
        const limit = Math.min(Math.max(free, minLine), maxPage);
        const now = this.#o.clock.now();
        const rows = await this.#o.store.read.deliveries.dueOf({ accountId, bulk, now, after, limit });
        read += rows.length;
        await this.#standAll(rows, bulk);
        const last = rows.at(-1);
        if (!last || rows.length < limit) {
          this.#more.delete(key);
          this.#readAll.set(key, { wholeAtMs: this.#wholeAtMs(key, after, now), upToMs: now });
          break;
        }
        this.#more.set(key, { at: last.nextAttemptAt, messageId: last.messageId });
      }
    } finally {
      this.#filling.delete(key);
    }
    return read;
  }

  /**
   * What was due at the last look is in line, at work or held up by what is: a look reads what became due since, and what may have been
   * written down late. From time to time all is read again.
   */
  #beginning(key: string): Cursor {
    const last = this.#readAll.get(key);
    // also where the clock was set back meanwhile
    if (!last || Math.abs(this.#o.clock.now() - last.wholeAtMs) > readAllEveryMs) return beginning;
    return { at: last.upToMs - lateMs, messageId: '' };
  }

  #wholeAtMs(key: string, after: Cursor, now: number): number {
    return after.at === beginning.at ? now : (this.#readAll.get(key)?.wholeAtMs ?? 0);
  }

  async #standAll(rows: DeliveryRow[], bulk: boolean): Promise<void> {
    for (const conversationId of new Set(rows.map((row) => row.conversationId))) {
      if (this.#atWork(conversationId) || this.#turns.has(conversationId, bulk)) continue;
      const lane = (await this.#laneOf(conversationId))?.lane;
      // what is another's turn there is found where that waits
      if (
        lane &&
        this.#turns.waiting(lane.accountId, lane.bulk) < 2 * this.#room() &&
        !this.#atWork(conversationId)
      )
        this.#turns.add(lane);
    }
  }

  /** As the ledger says it: whose turn it is there, and whether something normal waits, if only behind what is bulk. */
  async #laneOf(conversationId: string): Promise<Stood | undefined> {
    const { deliveries } = this.#o.store.read;
    const head = await deliveries.head(conversationId);
    if (!head || head.nextAttemptAt > this.#o.clock.now()) return undefined;
    if (this.#o.serves?.(head.accountId) === false) return undefined;
    const bulk = head.bulk && !(await deliveries.normalWaits(conversationId));
    const { merchantId, accountId } = head;
    return { lane: { conversationId, merchantId, accountId, bulk }, head };
  }

  #room(): number {
    if (this.#turns.size >= maxLines) return minLine;
    return Math.max(minLine, Math.min(maxLine, Math.floor(maxLines / (this.#turns.accounts + 1))));
  }

  #hasRoom(accountId: string, bulk: boolean): boolean {
    return this.#turns.waiting(accountId, bulk) < this.#room() / 4;
  }
}
