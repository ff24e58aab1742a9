import { parseEventSubject } from '../../protocol/subjects.ts';
import { emittedOf } from '../events/emit.ts';
import type { Emitted } from '../events/emit.ts';
import type { Tx } from '../store/port.ts';
import { Calls } from './calls.ts';
import type { EndpointState, WorkerOptions } from './calls.ts';
import type { LiveEndpoint } from './endpoints.ts';
import { Gone } from './gone.ts';
import { noteHealth } from './health.ts';
import type { PostResult } from './post.ts';
import { Retries } from './retries.ts';
import { Unwanted } from './unwanted.ts';

/** Events held in memory for all endpoints together. */
const maxHeldInAll = 20_000;

/**
 * Takes events to merchants' webhooks. Order is kept per endpoint and conversation; a failing call holds back its own lane and
 * nothing else. What waits longer than the first attempt waits in the ledger, so a dead endpoint costs no memory.
 */
export class WebhookWorker {
  readonly #o: WorkerOptions;
  readonly #calls: Calls;
  readonly #retries: Retries;
  /** Events taken and not settled, with the number of endpoints still to be written. */
  readonly #inHand = new Map<number, number>();
  /** The last event taken in of a lane: whatever is before it in the lane is in hand or settled. */
  readonly #front = new Map<string, number>();
  readonly #gone = new Gone();
  readonly #unwanted: Unwanted;
  #intake: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.#o = options;
    this.#calls = new Calls(options);
    this.#unwanted = new Unwanted(options);
    this.#retries = new Retries(this.#calls, ({ row }) => this.#pump(row.merchantId, row.id));
  }

  /** Events held in memory for endpoints. */
  get held(): number {
    return this.#calls.held;
  }

  async start(): Promise<void> {
    const { store } = this.#o;
    for (const { endpointId, waiting } of await store.read.webhooks.waitingEndpoints())
      this.#calls.state(endpointId).waiting = waiting;
    this.#retries.start();
  }

  /** Takes in what the bus brings. Who wants it is seen by its subject: what nobody wants is not even read. */
  hear(message: { subject: string; payload: string; place?: number | undefined }): void {
    const about = message.place === undefined ? undefined : parseEventSubject(message.subject);
    if (!about || this.#calls.stopping) return;
    if (this.#o.endpoints.wanting(about.merchantId, about.type).length > 0) this.take(emittedOf(message)!);
    else this.#unwanted.add(message.place!);
  }

  /** Takes one event in. Safe to call twice with the same event, also after it was settled. */
  take(event: Emitted): void {
    this.#intake = this.#intake
      .then(() => this.#admit(event))
      .catch((error: unknown) => this.#o.log.error('webhooks.intake_failed', { error }));
  }

  /** Takes up again what an endpoint has waiting, after it was recovered. */
  async recovered(endpointId: string): Promise<void> {
    const state = this.#calls.state(endpointId);
    state.failures = 0;
    state.waiting =
      (await this.#o.store.read.webhooks.waitingEndpoints()).find((one) => one.endpointId === endpointId)
        ?.waiting ?? 0;
  }

  /** Whether an endpoint has room for what is sent to it once more, beside live traffic. */
  hasSpare(endpointId: string): boolean {
    return !this.#calls.stopping && this.#calls.hasSpare(this.#calls.state(endpointId));
  }

  /** Sends an endpoint an event once more. Takes no place from live traffic; undefined if a stop cut it off. */
  async again(
    endpoint: LiveEndpoint,
    event: { id: string; envelope: string },
  ): Promise<PostResult | undefined> {
    return this.#calls.postAside(endpoint, event);
  }

  /** Waits for calls in hand for at most `graceMs`, then cuts them off; what is cut stays in the ledger. */
  async stop(graceMs: number): Promise<void> {
    this.#retries.stop();
    await this.#calls.stop(graceMs);
    await this.#unwanted.stop();
  }

  async #admit(event: Emitted): Promise<void> {
    if (this.#calls.stopping || this.#inHand.has(event.seq)) return;
    const { store } = this.#o;
    const { read } = store;
    const front = this.#front.get(event.lane) ?? 0;
    let isFresh = false;
    // the ledger decides the order, not the bus: earlier events of the lane go first, settled ones don't go again
    for (let after = front < event.seq ? front : 0; ;) {
      const next = await read.events.laneNext(event.lane, after);
      // younger than what this turn of the event loop sees of another process's commits, or settled
      if (!isFresh && (next === undefined || next > event.seq)) {
        isFresh = true;
        store.fresh();
        continue;
      }
      if (after === 0) this.#gone.walkedFrom(event.lane, next);
      // let go meanwhile: all of it comes again
      if (this.#gone.isBefore(event.lane, after + 1)) return;
      if (next === undefined || next > event.seq) return;
      if (next === event.seq) break;
      const earlier = this.#inHand.has(next) ? undefined : await read.events.bySeq(next);
      if (earlier) await this.#spread({ ...earlier, lane: event.lane });
      after = next;
    }
    await this.#spread(event);
  }

  async #spread(event: Emitted): Promise<void> {
    this.#gone.back(event.lane, event.seq);
    if (this.#gone.isBefore(event.lane, event.seq)) return;
    const { endpoints, store } = this.#o;
    const wanting = endpoints.wanting(event.merchantId, event.type);
    this.#inHand.set(event.seq, wanting.length);
    this.#front.set(event.lane, Math.max(event.seq, this.#front.get(event.lane) ?? 0));
    if (wanting.length === 0) return void this.#settleNow(event);
    for (const endpoint of wanting) {
      const done = await store.read.webhooks.one(endpoint.row.id, event.seq);
      if (done) void this.#settleNow(event);
      else await this.#offer(endpoint, event);
    }
  }

  async #offer(endpoint: LiveEndpoint, event: Emitted): Promise<void> {
    const state = this.#calls.state(endpoint.row.id);
    if (this.#gone.isBefore(event.lane, event.seq)) return this.#letGo(event);
    if (endpoint.row.state === 'disabled') return void this.#park(endpoint, event, 'dead');
    const lane = state.lanes.get(event.lane);
    const full = this.#calls.isFull(state) || this.#inHand.size >= maxHeldInAll;
    if (lane) {
      lane.spilled ||= full;
      if (lane.spilled) return void this.#park(endpoint, event, 'behind');
      lane.queue.push(event);
      state.held++;
      return;
    }
    const blocked =
      state.parking.has(event.lane) ||
      (state.waiting > 0 &&
        (await this.#o.store.read.webhooks.laneHead(endpoint.row.id, event.lane)) !== undefined);
    // while the ledger was asked
    if (this.#gone.isBefore(event.lane, event.seq)) return this.#letGo(event);
    // not awaited: what comes behind it finds the lane in `parking`, and units of the ledger keep their order
    if (blocked || full) return void this.#park(endpoint, event, 'pending');
    state.lanes.set(event.lane, { queue: [event], spilled: false });
    state.held++;
    state.ready.push(event.lane);
    this.#pump(endpoint.row.merchantId, endpoint.row.id);
  }

  #pump(merchantId: string, endpointId: string): void {
    const state = this.#calls.state(endpointId);
    while (state.ready.length > 0 && this.#calls.hasRoom(state) && !this.#calls.stopping) {
      const lane = state.ready.shift()!;
      const endpoint = this.#o.endpoints.get(merchantId, endpointId);
      void this.#calls.during(() =>
        endpoint ? this.#run(endpoint, state, lane) : this.#dropLane(state, lane),
      );
    }
  }

  /** One call of a lane. The place is free again as soon as the endpoint has answered; the ledger is written meanwhile. */
  async #run(endpoint: LiveEndpoint, state: EndpointState, lane: string): Promise<void> {
    const { queue } = state.lanes.get(lane)!;
    const event = queue[0]!;
    state.inFlight++;
    const result = await this.#calls.post(endpoint, event);
    state.inFlight--;
    if (!result) return;
    const settled = this.#settleFirst(endpoint, event, result);
    if (result.type === 'taken') {
      this.#next(endpoint.row.id, state, lane);
      this.#pump(endpoint.row.merchantId, endpoint.row.id);
    }
    try {
      await settled;
      if (result.type !== 'taken') await this.#parkRest(endpoint, lane);
    } catch (error) {
      this.#o.log.error('webhooks.lane_failed', { error, endpointId: endpoint.row.id });
      this.#letGo(event);
      if (result.type !== 'taken') this.#forget(state, lane);
    }
    this.#pump(endpoint.row.merchantId, endpoint.row.id);
  }

  /** The head of a lane is done with: the one behind it is ready, or the lane is left. */
  #next(endpointId: string, state: EndpointState, lane: string): void {
    const { queue } = state.lanes.get(lane)!;
    queue.shift();
    state.held--;
    if (queue.length > 0) state.ready.push(lane);
    else void this.#leaveLane(endpointId, lane);
  }

  /** The endpoint was removed: nobody wants what is held for it. */
  async #dropLane(state: EndpointState, lane: string): Promise<void> {
    const { queue } = state.lanes.get(lane)!;
    state.lanes.delete(lane);
    state.held -= queue.length;
    await Promise.all(queue.map((event) => this.#settleNow(event)));
  }

  /** Nothing of a lane is in memory any more: what waits in the ledger behind it has its turn. */
  async #leaveLane(endpointId: string, lane: string): Promise<void> {
    const { lanes } = this.#calls.state(endpointId);
    const spilled = lanes.get(lane)?.spilled;
    lanes.delete(lane);
    if (!spilled) return;
    const { store, clock, log } = this.#o;
    await store
      .write((tx) => tx.webhooks.wakeLane(endpointId, lane, clock.now()))
      .catch((error: unknown) => log.error('webhooks.wake_failed', { error, endpointId }));
  }

  /** A lane whose ledger write failed. */
  #forget(state: EndpointState, lane: string): void {
    const queue = state.lanes.get(lane)?.queue ?? [];
    state.held -= queue.length;
    state.lanes.delete(lane);
    for (const event of queue) this.#letGo(event);
  }

  /** A write failed: the event stays unsettled, whatever its other endpoints do, and comes again by the outbox; so does what is behind it. */
  #letGo(event: Emitted): void {
    this.#gone.add(event.lane, event.seq);
    this.#inHand.delete(event.seq);
    this.#front.delete(event.lane);
  }

  /** The outcome of a first attempt: a row of its own, together with the event's own settling. */
  async #settleFirst(endpoint: LiveEndpoint, event: Emitted, result: PostResult): Promise<void> {
    const now = this.#o.clock.now();
    const delay = this.#calls.retryDelayMs(result, 1);
    const waits = delay !== undefined;
    const state = this.#calls.state(endpoint.row.id);
    if (waits) state.waiting++;
    await this.#record(event, async (tx) => {
      await tx.webhooks.insert({
        endpointId: endpoint.row.id,
        eventSeq: event.seq,
        lane: event.lane,
        state: result.type === 'taken' ? 'delivered' : waits ? 'pending' : 'dead',
        attempts: 1,
        nextAttemptAt: waits ? now + delay : null,
        lastStatus: result.status,
        lastReason: result.type === 'failed' ? result.reason : null,
        updatedAt: now,
      });
      if (await noteHealth(tx, this.#o, { endpoint, result, now })) state.waiting = 0;
    });
  }

  async #parkRest(endpoint: LiveEndpoint, lane: string): Promise<void> {
    const state = this.#calls.state(endpoint.row.id);
    const queue = state.lanes.get(lane)?.queue ?? [];
    // while rows are written the lane stays in hand, so that what arrives meanwhile queues up behind
    while (queue.length > 0) {
      const [first, next] = queue;
      queue.shift();
      state.held--;
      if (!first || !next) break;
      const to = endpoint.row.state === 'disabled' ? 'dead' : 'pending';
      if (!(await this.#park(endpoint, next, to))) return this.#forget(state, lane);
    }
    await this.#leaveLane(endpoint.row.id, lane);
  }

  /**
   * Writes an event down for later, without an attempt: behind what waits in its lane or is in memory, or due at once as its head.
   * False if it couldn't: then nothing that came behind it in its lane is written either.
   */
  async #park(endpoint: LiveEndpoint, event: Emitted, to: 'pending' | 'behind' | 'dead'): Promise<boolean> {
    const state = this.#calls.state(endpoint.row.id);
    const parking = state.parking.get(event.lane) ?? { asked: 0, left: 0, written: 0 };
    state.parking.set(event.lane, parking);
    const place = ++parking.asked;
    parking.left++;
    if (to !== 'dead') state.waiting++;
    try {
      await this.#record(event, async (tx) => {
        // of the same group, or of one before it
        const missing = parking.written !== place - 1 || this.#gone.isBefore(event.lane, event.seq);
        if (missing) throw new Error('what comes before it is not written');
        await this.#insertParked(tx, { endpoint, event, to });
        parking.written = place;
      });
      return true;
    } catch (error) {
      this.#letGo(event);
      this.#o.log.error('webhooks.park_failed', { error, endpointId: endpoint.row.id });
      return false;
    } finally {
      if (--parking.left === 0) state.parking.delete(event.lane);
    }
  }

  async #insertParked(
    tx: Tx,
    { endpoint, event, to }: { endpoint: LiveEndpoint; event: Emitted; to: 'pending' | 'behind' | 'dead' },
  ): Promise<void> {
    const now = this.#o.clock.now();
    const head = await tx.webhooks.laneHead(endpoint.row.id, event.lane);
    await tx.webhooks.insert({
      endpointId: endpoint.row.id,
      eventSeq: event.seq,
      lane: event.lane,
      state: to === 'dead' ? 'dead' : 'pending',
      attempts: 0,
      nextAttemptAt: to !== 'pending' || (head && head.eventSeq < event.seq) ? null : now,
      lastStatus: null,
      lastReason: null,
      updatedAt: now,
    });
  }

  /** One endpoint's part of an event is written; with the last one the event leaves the outbox, in the same commit. */
  async #record(event: Emitted, unit: (tx: Tx) => Promise<void>): Promise<void> {
    const left = (this.#inHand.get(event.seq) ?? Infinity) - 1;
    if (left !== Infinity) this.#inHand.set(event.seq, left);
    await this.#o.store.write(async (tx) => {
      await unit(tx);
      if (left <= 0) await tx.events.settle(event.seq);
    });
    if (left > 0) return;
    this.#inHand.delete(event.seq);
    if (this.#front.get(event.lane) === event.seq) this.#front.delete(event.lane);
  }

  /** An event that an endpoint has already had, or that nobody wants. */
  async #settleNow(event: Emitted): Promise<void> {
    await this.#record(event, async () => {}).catch((error: unknown) => {
      this.#letGo(event);
      this.#o.log.error('webhooks.settle_failed', { error });
    });
  }
}
