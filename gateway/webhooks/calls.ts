import type { HttpClient, Log } from '../../connectors/contract/index.ts';
import type { Clock } from '../clock.ts';
import type { Emit, Emitted } from '../events/emit.ts';
import type { Store } from '../store/port.ts';
import type { EndpointBook, LiveEndpoint } from './endpoints.ts';
import { postWebhook } from './post.ts';
import type { PostResult } from './post.ts';
import { retryDelayMs } from './schedule.ts';

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
/** Events held in memory for one endpoint, while it works and while it doesn't; more go to the ledger and wait there. */
const maxHeld = 4096;
const maxHeldFailing = 64;

export interface Lane {
  queue: Emitted[];
  /** What came when memory was full waits in the ledger, behind the queue. */
  spilled: boolean;
}

/** Events of one lane on their way into the ledger, in their order. */
export interface Parking {
  /** How many were sent off, and how many of these are still under way. */
  asked: number;
  left: number;
  /** The last one that was written, if all before it were. */
  written: number;
}

/** One endpoint at work. */
export interface EndpointState {
  inFlight: number;
  failures: number;
  /** Rows of this endpoint in the ledger that wait; 0 lets the hot path skip a look. */
  waiting: number;
  /** Lanes with something in hand, and what follows in each. */
  lanes: Map<string, Lane>;
  held: number;
  /** Lanes whose turn comes when a call ends. */
  ready: string[];
  /** Lanes with events on their way into the ledger, which a look at it doesn't show yet. */
  parking: Map<string, Parking>;
}

/** The calls to all endpoints: how many at once, how they ended, and how they are ended. */
export class Calls {
  readonly options: WorkerOptions;
  readonly #states = new Map<string, EndpointState>();
  readonly #stop = new AbortController();
  #stopping = false;
  #busy = 0;

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  state(endpointId: string): EndpointState {
    let state = this.#states.get(endpointId);
    if (!state) {
      state = {
        inFlight: 0,
        failures: 0,
        waiting: 0,
        lanes: new Map(),
        held: 0,
        ready: [],
        parking: new Map(),
      };
      this.#states.set(endpointId, state);
    }
    return state;
  }

  /** Events held in memory for endpoints. */
  get held(): number {
    return [...this.#states.values()].reduce((sum, { held }) => sum + held, 0);
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Whether one more call may be made. */
  hasRoom({ failures, inFlight }: EndpointState): boolean {
    return inFlight < (failures >= failuresUntilProbing ? 1 : maxInFlight);
  }

  /** Whether no more events are held in memory. */
  isFull({ failures, held }: EndpointState): boolean {
    return held >= (failures >= failuresUntilProbing ? maxHeldFailing : maxHeld);
  }

  /** Endpoints that take no more calls now. */
  busyEndpoints(): string[] {
    return [...this.#states].filter(([, state]) => !this.hasRoom(state)).map(([id]) => id);
  }

  /** Whether live traffic leaves an endpoint room for what is sent to it once more. */
  hasSpare({ failures, inFlight, ready }: EndpointState): boolean {
    return failures < failuresUntilProbing && ready.length === 0 && inFlight < maxInFlight / 2;
  }

  /** One call; undefined if it was cut off by a stop: then nothing is known and nothing is written. */
  async post(
    endpoint: LiveEndpoint,
    event: { id: string; envelope: string },
  ): Promise<PostResult | undefined> {
    const result = await this.postAside(endpoint, event);
    if (!result) return undefined;
    const state = this.state(endpoint.row.id);
    state.failures = result.type === 'taken' ? 0 : state.failures + 1;
    return result;
  }

  /** The same beside live traffic: how it ends says nothing of the endpoint's health. */
  async postAside(
    endpoint: LiveEndpoint,
    event: { id: string; envelope: string },
  ): Promise<PostResult | undefined> {
    const { http, clock } = this.options;
    const result = await postWebhook({
      http,
      endpoint,
      event,
      nowMs: clock.now(),
      signal: this.#stop.signal,
    });
    return this.#stop.signal.aborted && result.type === 'failed' ? undefined : result;
  }

  /** When a call that ended so is made again, in milliseconds from now; undefined: not again. */
  retryDelayMs(result: PostResult, attempts: number): number | undefined {
    if (result.type !== 'failed') return undefined;
    return retryDelayMs(attempts, this.options.clock.random(1)[0]! / 255, result.retryAfterMs);
  }

  /** Counts a piece of work that a stop waits for. */
  async during(work: () => Promise<void>): Promise<void> {
    this.#busy++;
    try {
      await work();
    } finally {
      this.#busy--;
    }
  }

  /** Waits for work in hand for at most `graceMs`, then cuts it off. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const deadline = Date.now() + graceMs;
    while (this.#busy > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#stop.abort();
  }
}
