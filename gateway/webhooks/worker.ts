import type { HttpClient, Log } from '../../connectors/contract/index.ts';
import type { Clock } from '../clock.ts';
import type { Emit, Emitted } from '../events/emit.ts';
import type { Store, Tx, WebhookDeliveryRow } from '../store/port.ts';
import type { EndpointBook, LiveEndpoint } from './endpoints.ts';
import { postWebhook } from './post.ts';
import type { PostResult } from './post.ts';
import { disableAfterMs, retryDelayMs } from './schedule.ts';

export interface WorkerOptions {
  store: Store;
  clock: Clock;
  http: HttpClient;
  log: Log;
  endpoints: EndpointBook;
  emit: Emit;
}

/** Calls of one endpoint at once; one that keeps failing gets one at a time. */
const maxInFlight = 32;
const failuresUntilProbing = 10;
/** Events of one endpoint held in memory; more go to the ledger and wait there. */
const maxHeld = 256;
const retryEveryMs = 200;

interface EndpointState {
  inFlight: number;
  failures: number;
  /** Rows of this endpoint in the ledger that wait; 0 lets the hot path skip a look. */
  waiting: number;
  /** Lanes with something in hand, and what follows in each. */
  lanes: Map<string, Emitted[]>;
  held: number;
  /** Lanes whose turn comes when a call ends. */
  ready: string[];
}

/**
 * Takes events to merchants' webhooks. Order is kept per endpoint and conversation; a failing call holds back its own lane and
 * nothing else. What waits longer than the first attempt waits in the ledger, so a dead endpoint costs no memory.
 */
export class WebhookWorker {
  readonly #o: WorkerOptions;
  readonly #states = new Map<string, EndpointState>();
  /** Events taken and not settled, with the number of endpoints still to be written. */
  readonly #inHand = new Map<number, number>();
  readonly #retrying = new Set<number>();
  readonly #stop = new AbortController();
  #stopping = false;
  #intake: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #busy = 0;

  constructor(options: WorkerOptions) {
    this.#o = options;
  }

  async start(): Promise<void> {
    for (const { endpointId, waiting } of await this.#o.store.read.webhooks.waitingEndpoints()) this.#state(endpointId).waiting = waiting;
    this.#timer = setInterval(() => void this.#retryDue(), retryEveryMs);
  }

  /** Takes one event in. Safe to call twice with the same event, also after it was settled. */
  take(event: Emitted): void {
    this.#intake = this.#intake.then(() => this.#admit(event)).catch((error: unknown) => this.#o.log.error('webhooks.intake_failed', { error }));
  }

  /** Takes up again what an endpoint has waiting, after it was recovered. */
  async recovered(endpointId: string): Promise<void> {
    const state = this.#state(endpointId);
    state.failures = 0;
    state.waiting = (await this.#o.store.read.webhooks.waitingEndpoints()).find((one) => one.endpointId === endpointId)?.waiting ?? 0;
  }

  /** Waits for calls in hand for at most `graceMs`, then cuts them off; what is cut stays in the ledger. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping = true;
    const deadline = Date.now() + graceMs;
    while (this.#busy > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#stop.abort();
  }

  #state(endpointId: string): EndpointState {
    let state = this.#states.get(endpointId);
    if (!state) {
      state = { inFlight: 0, failures: 0, waiting: 0, lanes: new Map(), held: 0, ready: [] };
      this.#states.set(endpointId, state);
    }
    return state;
  }

  async #admit(event: Emitted): Promise<void> {
    if (this.#stopping || this.#inHand.has(event.seq)) return;
    const { read } = this.#o.store;
    // the ledger decides the order, not the bus: earlier events of the lane go first, settled ones don't go again
    for (;;) {
      const head = await read.events.laneHead(event.lane);
      if (head === undefined || head > event.seq) return;
      if (head === event.seq || this.#inHand.has(head)) break;
      const earlier = await read.events.bySeq(head);
      if (!earlier) break;
      await this.#spread({ ...earlier, lane: event.lane });
    }
    await this.#spread(event);
  }

  async #spread(event: Emitted): Promise<void> {
    const { endpoints, store } = this.#o;
    const type = (JSON.parse(event.envelope) as { type: string }).type;
    const wanting = endpoints.wanting(event.merchantId, type);
    this.#inHand.set(event.seq, wanting.length);
    if (wanting.length === 0) return this.#record(event, async () => {});
    for (const endpoint of wanting) {
      const done = await store.read.webhooks.one(endpoint.row.id, event.seq);
      if (done) await this.#record(event, async () => {});
      else await this.#offer(endpoint, event);
    }
  }

  async #offer(endpoint: LiveEndpoint, event: Emitted): Promise<void> {
    const state = this.#state(endpoint.row.id);
    if (endpoint.row.state === 'disabled') return this.#park(endpoint, event, 'dead');
    const lane = state.lanes.get(event.lane);
    if (lane) {
      lane.push(event);
      state.held++;
      return;
    }
    if (state.waiting > 0 && (await this.#o.store.read.webhooks.laneHead(endpoint.row.id, event.lane)))
      return this.#park(endpoint, event, 'pending');
    if (state.held >= maxHeld) return this.#park(endpoint, event, 'pending');
    state.lanes.set(event.lane, [event]);
    state.held++;
    state.ready.push(event.lane);
    this.#pump(endpoint.row.merchantId, endpoint.row.id);
  }

  #pump(merchantId: string, endpointId: string): void {
    const state = this.#state(endpointId);
    while (state.ready.length > 0 && state.inFlight < this.#room(state)) {
      const lane = state.ready.shift()!;
      const endpoint = this.#o.endpoints.get(merchantId, endpointId);
      void this.#run(endpoint, endpointId, lane, merchantId);
    }
  }

  #room(state: EndpointState): number {
    return state.failures >= failuresUntilProbing ? 1 : maxInFlight;
  }

  async #run(endpoint: LiveEndpoint | undefined, endpointId: string, lane: string, merchantId: string): Promise<void> {
    const state = this.#state(endpointId);
    const queue = state.lanes.get(lane)!;
    state.inFlight++;
    this.#busy++;
    try {
      const event = queue[0]!;
      if (!endpoint) await this.#record(event, async () => {});
      else {
        const result = await this.#post(endpoint, event);
        if (this.#stop.signal.aborted && result.type === 'failed') return;
        await this.#settleFirst(endpoint, event, result);
        if (result.type !== 'taken') return await this.#parkRest(endpoint, lane);
      }
      queue.shift();
      state.held--;
      if (queue.length > 0) state.ready.push(lane);
      else state.lanes.delete(lane);
    } catch (error) {
      this.#o.log.error('webhooks.lane_failed', { error, endpointId });
      this.#forget(state, lane);
    } finally {
      state.inFlight--;
      this.#busy--;
      if (!this.#stopping) this.#pump(merchantId, endpointId);
    }
  }

  /** A lane whose ledger write failed: its events are still unsettled and come again by the outbox. */
  #forget(state: EndpointState, lane: string): void {
    const queue = state.lanes.get(lane) ?? [];
    state.held -= queue.length;
    state.lanes.delete(lane);
    for (const event of queue) this.#inHand.delete(event.seq);
  }

  async #post(endpoint: LiveEndpoint, event: { id: string; envelope: string }): Promise<PostResult> {
    const { http, clock } = this.#o;
    const result = await postWebhook({ http, endpoint, event, nowMs: clock.now(), signal: this.#stop.signal });
    const state = this.#state(endpoint.row.id);
    state.failures = result.type === 'taken' ? 0 : state.failures + 1;
    return result;
  }

  /** The outcome of a first attempt: a row of its own, together with the event's own settling. */
  async #settleFirst(endpoint: LiveEndpoint, event: Emitted, result: PostResult): Promise<void> {
    const now = this.#o.clock.now();
    const delay = result.type === 'failed' ? retryDelayMs(1, this.#jitter(), result.retryAfterMs) : undefined;
    const waits = result.type === 'failed' && delay !== undefined;
    if (waits) this.#state(endpoint.row.id).waiting++;
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
      await this.#noteHealth(tx, endpoint, result, now);
    });
  }

  async #parkRest(endpoint: LiveEndpoint, lane: string): Promise<void> {
    const state = this.#state(endpoint.row.id);
    const queue = state.lanes.get(lane) ?? [];
    // while rows are written the lane stays in hand, so that what arrives meanwhile queues up behind
    while (queue.length > 0) {
      const [first, next] = queue;
      queue.shift();
      state.held--;
      if (!first || !next) break;
      await this.#park(endpoint, next, endpoint.row.state === 'disabled' ? 'dead' : 'pending');
    }
    state.lanes.delete(lane);
  }

  /** Writes an event down for later, without an attempt: behind what waits in its lane, or due at once as its head. */
  async #park(endpoint: LiveEndpoint, event: Emitted, to: 'pending' | 'dead'): Promise<void> {
    if (to === 'pending') this.#state(endpoint.row.id).waiting++;
    await this.#record(event, async (tx) => {
      const now = this.#o.clock.now();
      const head = await tx.webhooks.laneHead(endpoint.row.id, event.lane);
      await tx.webhooks.insert({
        endpointId: endpoint.row.id,
        eventSeq: event.seq,
        lane: event.lane,
        state: to,
        attempts: 0,
        nextAttemptAt: to === 'dead' || head ? null : now,
        lastStatus: null,
        lastReason: null,
        updatedAt: now,
      });
    });
  }

  /** One endpoint's part of an event is written; with the last one the event leaves the outbox, in the same commit. */
  async #record(event: Emitted, unit: (tx: Tx) => Promise<void>): Promise<void> {
    const left = (this.#inHand.get(event.seq) ?? 1) - 1;
    this.#inHand.set(event.seq, left);
    await this.#o.store.write(async (tx) => {
      await unit(tx);
      if (left <= 0) await tx.events.settle(event.seq);
    });
    if (left <= 0) this.#inHand.delete(event.seq);
  }

  /** Keeps `failingSince`, and disables an endpoint that is gone or has failed for too long. */
  async #noteHealth(tx: Tx, endpoint: LiveEndpoint, result: PostResult, now: number): Promise<void> {
    const { row } = endpoint;
    if (result.type === 'taken') {
      if (row.failingSince === null) return;
      row.failingSince = null;
      return tx.webhooks.updateEndpoint(row.id, { failingSince: null });
    }
    if (row.failingSince === null) {
      row.failingSince = now;
      await tx.webhooks.updateEndpoint(row.id, { failingSince: now });
    }
    const gone = result.type === 'gone';
    if (row.state === 'disabled' || (!gone && now - row.failingSince < disableAfterMs)) return;
    row.state = 'disabled';
    row.disabledAt = now;
    await tx.webhooks.updateEndpoint(row.id, { state: 'disabled', disabledAt: now });
    await tx.webhooks.setWaiting(row.id, 'dead', 0, now);
    this.#state(row.id).waiting = 0;
    await this.#o.emit(tx, {
      type: 'webhook_endpoint.disabled',
      merchantId: row.merchantId,
      about: row.id,
      data: { endpoint_id: row.id, reason: gone ? 'gone' : 'failing', since: new Date(row.failingSince).toISOString() },
    });
  }

  #jitter(): number {
    return this.#o.clock.random(1)[0]! / 255;
  }

  async #retryDue(): Promise<void> {
    if (this.#stopping) return;
    const full = [...this.#states].filter(([, state]) => state.inFlight >= this.#room(state)).map(([id]) => id);
    const due = await this.#o.store.read.webhooks.due(this.#o.clock.now(), 500, full);
    for (const row of due) {
      const endpoint = this.#o.endpoints.find(row.endpointId);
      const state = this.#state(row.endpointId);
      if (!endpoint || endpoint.row.state === 'disabled' || this.#retrying.has(row.id) || state.inFlight >= this.#room(state)) continue;
      void this.#retryLane(endpoint, row);
    }
  }

  /** Works off a lane that waits in the ledger, from its head on, for as long as calls succeed. */
  async #retryLane(endpoint: LiveEndpoint, head: WebhookDeliveryRow): Promise<void> {
    const state = this.#state(endpoint.row.id);
    this.#retrying.add(head.id);
    state.inFlight++;
    this.#busy++;
    try {
      let row: WebhookDeliveryRow | undefined = head;
      while (row && !this.#stopping) {
        this.#retrying.add(row.id);
        const event = await this.#o.store.read.events.bySeq(row.eventSeq);
        const result: PostResult = event ? await this.#post(endpoint, event) : { type: 'taken', status: 0 };
        if (this.#stop.signal.aborted && result.type === 'failed') return;
        const waits = await this.#settleRetry(endpoint, row, result);
        this.#retrying.delete(row.id);
        row = waits ? undefined : await this.#o.store.read.webhooks.laneHead(endpoint.row.id, row.lane);
      }
    } catch (error) {
      this.#o.log.error('webhooks.retry_failed', { error, endpointId: endpoint.row.id });
    } finally {
      this.#retrying.delete(head.id);
      state.inFlight--;
      this.#busy--;
      if (!this.#stopping) this.#pump(endpoint.row.merchantId, endpoint.row.id);
    }
  }

  /** True if this one waits again; otherwise the next of its lane has its turn. */
  async #settleRetry(endpoint: LiveEndpoint, row: WebhookDeliveryRow, result: PostResult): Promise<boolean> {
    const now = this.#o.clock.now();
    const attempts = row.attempts + 1;
    const delay = result.type === 'failed' ? retryDelayMs(attempts, this.#jitter(), result.retryAfterMs) : undefined;
    const waits = delay !== undefined;
    if (!waits) this.#state(endpoint.row.id).waiting--;
    await this.#o.store.write(async (tx) => {
      await tx.webhooks.update(row.id, {
        state: result.type === 'taken' ? 'delivered' : waits ? 'pending' : 'dead',
        attempts,
        nextAttemptAt: waits ? now + delay : null,
        lastStatus: result.status,
        lastReason: result.type === 'failed' ? result.reason : null,
        updatedAt: now,
      });
      await this.#noteHealth(tx, endpoint, result, now);
      const next = waits ? undefined : await tx.webhooks.laneHead(endpoint.row.id, row.lane);
      if (next) await tx.webhooks.update(next.id, { nextAttemptAt: now });
    });
    return waits || endpoint.row.state === 'disabled';
  }
}
