import type { DeliveryRow } from '../store/port.ts';
import { Backlog } from './backlog.ts';
import { Gates } from './gates.ts';
import type { Pass } from './gates.ts';
import type { DispatchOptions } from './options.ts';
import { settleCrash, takeTurn } from './turn.ts';
import { Turns } from './turns.ts';
import type { Lane } from './turns.ts';
import { Upkeep } from './upkeep.ts';

/*
 *  ledger (deliveries: queued) ── the queue itself; everything below is memory that may be lost
 *    │  wake(conversation), told by the bus          │  look(), every 250 ms: what nobody woke, what time did
 *    ▼                                               ▼
 *  backlog.ts: reads the lane's head, lets in as many as there is room for; the rest stays in the ledger, soonest due first
 *    ▼
 *  turns.ts: in rounds over merchants, then accounts; at an account normal before bulk (one turn in ten is bulk's)
 *    ▼  a free slot of 512, of which one merchant never takes more than it leaves free
 *  gates.ts: places, tokens of account and line (limits.ts, buckets.ts), breaker (breaker.ts): refused → the account is blocked
 *    ▼
 *  turn.ts: whose turn it is, read from the ledger → ended | put off (quiet hours, address) | asked about | sent
 *    ▼
 *  attempt.ts: the attempt, written down before it is made; outcomes.ts: one unit with all that follows → next part, next message, or rest
 */

const lookEveryMs = 250;
/** Lanes at work at once, over all accounts; and how many of them may be bulk. */
const maxLanes = 512;
const maxBulkLanes = 460;
const accountsAtOnce = 200;
/** Rows read from the ledger by one look. */
const rowsAtOnce = 4000;

/** Takes queued deliveries to the platforms, one lane per conversation. The bus only wakes lanes; the ledger is the queue. */
export class Dispatcher {
  readonly #o: DispatchOptions;
  readonly #gates: Gates;
  readonly #turns = new Turns();
  readonly #backlog: Backlog;
  readonly #upkeep: Upkeep;
  /** Lanes at work; true if woken meanwhile. */
  readonly #lanes = new Map<string, boolean>();
  readonly #lanesOf = new Map<string, number>();
  /** Whose turn it is, of lanes that were just stood in line. */
  readonly #heads = new Map<string, DeliveryRow>();
  #bulkLanes = 0;
  /** Accounts that wait for a time. */
  readonly #blockedUntil = new Map<string, number>();
  readonly #stop = new AbortController();
  #started = false;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lookedAtMs = 0;
  /** Where the look over accounts goes on. */
  #afterAccount = '';

  constructor(options: DispatchOptions) {
    this.#o = options;
    this.#gates = new Gates(options.registry, options.clock);
    this.#backlog = new Backlog(options, this.#turns, (id) => this.#lanes.has(id));
    this.#upkeep = new Upkeep(options);
  }

  /** Settles what a crash cut short, then works. */
  async start(): Promise<void> {
    await settleCrash(this.#o);
    this.#started = true;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  /** A conversation has something to send. Safe to call at any time and any number of times. */
  wake(conversationId: string): void {
    // what is woken before the start is found by the first look; to take its turn would be to settle a crash twice
    if (this.#stopping || !this.#started) return;
    if (this.#lanes.has(conversationId)) this.#lanes.set(conversationId, true);
    else void this.#stand(conversationId, { woken: true });
  }

  /** Lanes at work. */
  get busy(): number {
    return this.#lanes.size;
  }

  /** Accounts whose breaker lets nothing or only a probe through. */
  get broken(): { accountId: string; state: 'open' | 'probing' }[] {
    return this.#gates.broken();
  }

  /** Whether nothing or only a probe goes out by an account now. */
  isBroken(accountId: string): boolean {
    return this.#gates.isBroken(accountId);
  }

  /** What an account waited for is there again: it is tried at once. */
  mended(accountId: string): void {
    this.#gates.renew(accountId);
    this.#unblock(accountId);
  }

  /** Lets sends in hand finish for at most `graceMs`; those cut off then are uncertain. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    const deadline = Date.now() + graceMs;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
    while (this.#lanes.size > 0 && Date.now() < deadline) await pause();
    this.#stop.abort();
    while ((this.#lanes.size > 0 || this.#looking) && Date.now() < deadline + 1000) await pause();
  }

  async #stand(conversationId: string, how?: { woken: boolean }): Promise<void> {
    try {
      const stood = await this.#backlog.admit(conversationId, how);
      if (!stood) return;
      if (this.#lanes.has(conversationId)) this.#lanes.set(conversationId, true);
      else {
        this.#remember(stood.head);
        this.#turns.add(stood.lane);
      }
      this.#pump();
    } catch (error) {
      this.#failed('dispatch.lane_failed', { error, conversationId });
    }
  }

  /** For as long as a look at the ledger would find the same: to the end of this turn of the event loop. */
  #remember(head: DeliveryRow): void {
    if (this.#heads.size === 0) setImmediate(() => this.#heads.clear());
    this.#heads.set(head.conversationId, head);
  }

  /** After the end the ledger may be closed at any time: nothing worth a word. */
  #failed(event: string, fields: Record<string, unknown>): void {
    if (!this.#stopping) this.#o.log.error(event, fields);
  }

  /** Starts lanes for as long as there are slots, and somebody whose turn it is. */
  #pump(): void {
    const mayRun = (merchantId: string) => (this.#lanesOf.get(merchantId) ?? 0) < maxLanes - this.#lanes.size;
    while (this.#started && !this.#stopping && this.#lanes.size < maxLanes) {
      const lane = this.#turns.next({ mayRun, bulkToo: this.#bulkLanes < maxBulkLanes });
      if (!lane) return;
      const gate = this.#gates.of(lane.accountId);
      const entry = gate?.enter(lane.bulk);
      if (entry && 'blocks' in entry) {
        this.#turns.add(lane, true);
        this.#turns.block(lane.accountId, entry.blocks);
        if (entry.untilMs !== undefined) this.#unblockAt(lane.accountId, entry.untilMs);
      } else void this.#run(lane, entry);
    }
  }

  async #run(lane: Lane, pass: Pass | undefined): Promise<void> {
    const { conversationId, merchantId, accountId } = lane;
    this.#lanes.set(conversationId, false);
    this.#lanesOf.set(merchantId, (this.#lanesOf.get(merchantId) ?? 0) + 1);
    if (lane.bulk) this.#bulkLanes++;
    let next: Awaited<ReturnType<typeof takeTurn>> = 'later';
    try {
      const head = this.#heads.get(conversationId);
      this.#heads.delete(conversationId);
      next = await takeTurn(this.#o, lane, { head, pass, stop: this.#stop.signal });
    } catch (error) {
      this.#o.log.error('dispatch.lane_failed', { error, conversationId });
    }
    const woken = this.#lanes.get(conversationId) === true;
    this.#lanes.delete(conversationId);
    const left = (this.#lanesOf.get(merchantId) ?? 1) - 1;
    if (left > 0) this.#lanesOf.set(merchantId, left);
    else this.#lanesOf.delete(merchantId);
    if (lane.bulk) this.#bulkLanes--;
    pass?.gate.leave(pass);
    this.#turns.unblock(accountId);
    if (this.#stopping) return;
    // the parts of a message go out together; after that it is others' turn
    if (next === 'next_part') this.#turns.add(lane, true);
    else if (next === 'done' || woken) void this.#stand(conversationId);
    if (this.#backlog.wants(accountId, lane.bulk)) void this.#fill(accountId, lane.bulk);
    this.#pump();
  }

  async #fill(accountId: string, bulk: boolean): Promise<number> {
    try {
      const read = await this.#backlog.fill(accountId, bulk);
      this.#pump();
      return read;
    } catch (error) {
      this.#failed('dispatch.fill_failed', { error, accountId });
      return 0;
    }
  }

  #unblockAt(accountId: string, untilMs: number): void {
    this.#blockedUntil.set(accountId, untilMs);
    const waitMs = untilMs - this.#o.clock.now();
    // longer ones are found by the next look
    if (waitMs < lookEveryMs) setTimeout(() => this.#unblock(accountId), Math.max(waitMs, 4)).unref();
  }

  #unblock(accountId: string): void {
    this.#blockedUntil.delete(accountId);
    this.#turns.unblock(accountId);
    this.#pump();
  }

  /** What nobody woke, and what time has done meanwhile. One look at a time. */
  async #look(): Promise<void> {
    if (this.#looking || this.#stopping) return;
    this.#looking = true;
    try {
      const now = this.#o.clock.now();
      // set back, the clock says nothing of what was waited for: whoever asks again hears how long it is
      const setBack = now < this.#lookedAtMs;
      this.#lookedAtMs = now;
      // those that are refused again are not asked a second time
      const waited = [...this.#blockedUntil].filter(([, untilMs]) => setBack || untilMs <= now);
      for (const [accountId] of waited) this.#unblock(accountId);
      if (this.#o.keepsTime !== false) {
        await this.#upkeep.endOld();
        for (const conversationId of await this.#upkeep.takePlaces()) await this.#stand(conversationId);
      }
      await this.#lookAtAccounts();
    } catch (error) {
      this.#o.log.error('dispatch.look_failed', { error });
    } finally {
      this.#looking = false;
    }
  }

  async #lookAtAccounts(): Promise<void> {
    const { store, clock } = this.#o;
    const due = await store.read.deliveries.dueAccounts(this.#afterAccount, clock.now(), accountsAtOnce);
    let rows = 0;
    for (const accountId of due) {
      if (rows >= rowsAtOnce || this.#stopping) return;
      this.#afterAccount = accountId;
      if (this.#o.serves?.(accountId) === false) continue;
      const hold = this.#gates.of(accountId)?.hold();
      if (hold) await this.#upkeep.sayHold(accountId, hold);
      else {
        this.#upkeep.forgetHold(accountId);
        rows += await this.#fill(accountId, false);
        rows += await this.#fill(accountId, true);
      }
    }
    if (due.length < accountsAtOnce) this.#afterAccount = '';
  }
}
