/** A conversation that waits for its turn at an account. */
export interface Lane {
  conversationId: string;
  merchantId: string;
  accountId: string;
  bulk: boolean;
}

/** While both wait, one turn in this many is bulk's, at each account and among all: normal goes first, bulk never starves. */
const bulkShare = 10;

/** Conversations in a row; some were put before the others. */
class Line {
  readonly #first = new Set<string>();
  readonly #rest = new Set<string>();

  get size(): number {
    return this.#first.size + this.#rest.size;
  }

  add(id: string, first: boolean): void {
    (first ? this.#first : this.#rest).add(id);
  }

  delete(id: string): void {
    if (!this.#first.delete(id)) this.#rest.delete(id);
  }

  has(id: string): boolean {
    return this.#first.has(id) || this.#rest.has(id);
  }

  /** The one in front; the line is not empty. */
  front(): string {
    const [id] = this.#first.size > 0 ? this.#first : this.#rest;
    return id!;
  }
}

interface Queue {
  merchantId: string;
  accountId: string;
  normal: Line;
  bulk: Line;
  /** Normal turns since bulk had one, while both waited. */
  sinceBulk: number;
  blocked: 'no' | 'bulk' | 'all';
}

/** Queues that can go on, in rounds: over merchants first, then over the accounts of each. */
class Ring {
  readonly #merchants = new Map<string, Map<string, Queue>>();

  put(queue: Queue): void {
    const accounts = this.#merchants.get(queue.merchantId) ?? new Map<string, Queue>();
    this.#merchants.set(queue.merchantId, accounts.set(queue.accountId, queue));
  }

  remove({ merchantId, accountId }: Queue): void {
    const accounts = this.#merchants.get(merchantId);
    accounts?.delete(accountId);
    if (accounts?.size === 0) this.#merchants.delete(merchantId);
  }

  /** Whose turn it is; it goes to the end of its rounds. */
  next(mayRun: (merchantId: string) => boolean): Queue | undefined {
    for (const [merchantId, accounts] of this.#merchants) {
      if (!mayRun(merchantId)) continue;
      const [queue] = accounts.values();
      if (!queue) continue;
      accounts.delete(queue.accountId);
      accounts.set(queue.accountId, queue);
      this.#merchants.delete(merchantId);
      this.#merchants.set(merchantId, accounts);
      return queue;
    }
    return undefined;
  }
}

/**
 * Who goes next, in memory and bounded by who adds: in rounds over merchants, then over their accounts, never first come, first
 * served; at an account normal before bulk. An account that can take nothing now is blocked and costs no look. Pure.
 */
export class Turns {
  readonly #queues = new Map<string, Queue>();
  readonly #waiting = new Map<string, Queue>();
  readonly #normal = new Ring();
  readonly #bulk = new Ring();
  #sinceBulk = 0;

  /** Lanes that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Accounts at which lanes wait. */
  get accounts(): number {
    return this.#queues.size;
  }

  /** Whether a lane waits, in that class or a better one. */
  has(conversationId: string, bulk: boolean): boolean {
    const queue = this.#waiting.get(conversationId);
    return queue !== undefined && (bulk || queue.normal.has(conversationId));
  }

  waiting(accountId: string, bulk: boolean): number {
    const queue = this.#queues.get(accountId);
    return queue ? (bulk ? queue.bulk : queue.normal).size : 0;
  }

  /** Stands a lane in line, once; `first` puts it before the others. One that waits as bulk and is normal now moves over. */
  add(lane: Lane, first = false): void {
    this.remove(lane.conversationId);
    const queue = this.#queueOf(lane);
    (lane.bulk ? queue.bulk : queue.normal).add(lane.conversationId, first);
    this.#waiting.set(lane.conversationId, queue);
    this.#settle(queue);
  }

  remove(conversationId: string): void {
    const queue = this.#waiting.get(conversationId);
    if (!queue) return;
    this.#waiting.delete(conversationId);
    queue.normal.delete(conversationId);
    queue.bulk.delete(conversationId);
    this.#settle(queue);
  }

  /** Takes the next lane out of line. `mayRun` says which merchants have room, `bulkToo` whether bulk has. */
  next({ mayRun, bulkToo }: { mayRun: (merchantId: string) => boolean; bulkToo: boolean }): Lane | undefined {
    const bulkFirst = bulkToo && this.#sinceBulk >= bulkShare - 1;
    const first = bulkFirst ? this.#bulk.next(mayRun) : this.#normal.next(mayRun);
    const queue = first ?? (bulkFirst ? this.#normal.next(mayRun) : bulkToo && this.#bulk.next(mayRun));
    return queue ? this.#take(queue, bulkToo) : undefined;
  }

  /** The account takes nothing, or no bulk, until it is unblocked. */
  block(accountId: string, what: 'bulk' | 'all'): void {
    const queue = this.#queues.get(accountId);
    if (!queue) return;
    queue.blocked = what;
    this.#settle(queue);
  }

  unblock(accountId: string): void {
    const queue = this.#queues.get(accountId);
    if (!queue || queue.blocked === 'no') return;
    queue.blocked = 'no';
    this.#settle(queue);
  }

  #take(queue: Queue, bulkToo: boolean): Lane {
    const mayBulk = bulkToo && queue.bulk.size > 0 && queue.blocked === 'no';
    const bulk = queue.normal.size === 0 || (mayBulk && queue.sinceBulk >= bulkShare - 1);
    queue.sinceBulk = bulk || !mayBulk ? 0 : queue.sinceBulk + 1;
    this.#sinceBulk = bulk ? 0 : this.#sinceBulk + 1;
    const conversationId = (bulk ? queue.bulk : queue.normal).front();
    const { merchantId, accountId } = queue;
    this.remove(conversationId);
    return { conversationId, merchantId, accountId, bulk };
  }

  #queueOf({ merchantId, accountId }: Lane): Queue {
    let queue = this.#queues.get(accountId);
    if (!queue) {
      queue = {
        merchantId,
        accountId,
        normal: new Line(),
        bulk: new Line(),
        sinceBulk: 0,
        blocked: 'no',
      };
      this.#queues.set(accountId, queue);
    }
    return queue;
  }

  /** Puts a queue into the ring where it belongs now; one that nobody waits in is forgotten. */
  #settle(queue: Queue): void {
    const normal = queue.blocked !== 'all' && queue.normal.size > 0;
    const bulk = queue.blocked === 'no' && queue.bulk.size > 0;
    if (normal) this.#normal.put(queue);
    else this.#normal.remove(queue);
    if (bulk && !normal) this.#bulk.put(queue);
    else this.#bulk.remove(queue);
    if (queue.normal.size === 0 && queue.bulk.size === 0) this.#queues.delete(queue.accountId);
  }
}
