import type { WebhookDeliveryRow } from '../store/port.ts';
import type { Calls } from './calls.ts';
import type { LiveEndpoint } from './endpoints.ts';
import { noteHealth } from './health.ts';
import type { PostResult } from './post.ts';

const everyMs = 200;
const atOnce = 500;
/** Every so many looks, lanes are woken that a crash left without a time: half a minute. */
const looksPerWake = 150;

const laneOf = ({ endpointId, lane }: WebhookDeliveryRow): string => `${endpointId} ${lane}`;

/** Works off what waits in the ledger: lane heads whose time has come, then what stands behind them. */
export class Retries {
  readonly #calls: Calls;
  /** A call has ended: a lane in memory may have its turn. */
  readonly #freed: (endpoint: LiveEndpoint) => void;
  /** Lanes being worked off: between two calls of one, its next row is due and nobody else's. */
  readonly #inHand = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  constructor(calls: Calls, freed: (endpoint: LiveEndpoint) => void) {
    this.#calls = calls;
    this.#freed = freed;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#lookForDue(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #lookForDue(): Promise<void> {
    const { store, clock, endpoints, log } = this.#calls.options;
    if (this.#calls.stopping) return;
    try {
      if (this.#looks++ % looksPerWake === 0) await store.write((tx) => tx.webhooks.wakeLanes(clock.now()));
      for (const row of await store.read.webhooks.due(clock.now(), atOnce, this.#calls.busyEndpoints())) {
        const endpoint = endpoints.find(row.endpointId);
        if (!endpoint || endpoint.row.state === 'disabled' || this.#inHand.has(laneOf(row))) continue;
        if (this.#calls.hasRoom(this.#calls.state(row.endpointId)))
          void this.#calls.during(() => this.#workOff(endpoint, row));
      }
    } catch (error) {
      log.error('webhooks.look_failed', { error });
    }
  }

  /** One lane, from its head on, for as long as calls succeed. */
  async #workOff(endpoint: LiveEndpoint, head: WebhookDeliveryRow): Promise<void> {
    const { store, log } = this.#calls.options;
    const state = this.#calls.state(endpoint.row.id);
    state.inFlight++;
    this.#inHand.add(laneOf(head));
    let row: WebhookDeliveryRow | undefined = head;
    try {
      while (row && !this.#calls.stopping) {
        const event = await store.read.events.bySeq(row.eventSeq);
        const result: PostResult | undefined = event
          ? await this.#calls.post(endpoint, event)
          : { type: 'taken', status: 0 };
        if (!result) return;
        const goesOn = await this.#settle(endpoint, row, result);
        row = goesOn ? await store.read.webhooks.laneHead(endpoint.row.id, row.lane) : undefined;
      }
    } catch (error) {
      log.error('webhooks.retry_failed', { error, endpointId: endpoint.row.id });
    } finally {
      this.#inHand.delete(laneOf(head));
      state.inFlight--;
      this.#freed(endpoint);
    }
  }

  /** False if this one waits again; otherwise the next of its lane has its turn. */
  async #settle(endpoint: LiveEndpoint, row: WebhookDeliveryRow, result: PostResult): Promise<boolean> {
    const { store, clock } = this.#calls.options;
    const state = this.#calls.state(endpoint.row.id);
    const now = clock.now();
    const attempts = row.attempts + 1;
    const delay = this.#calls.retryDelayMs(result, attempts);
    const waits = delay !== undefined;
    const disabled = await store.write(async (tx) => {
      await tx.webhooks.update(row.id, {
        state: result.type === 'taken' ? 'delivered' : waits ? 'pending' : 'dead',
        attempts,
        nextAttemptAt: waits ? now + delay : null,
        lastStatus: result.status,
        lastReason: result.type === 'failed' ? result.reason : null,
        updatedAt: now,
      });
      const gone = await noteHealth(tx, this.#calls.options, { endpoint, result, now });
      const next = waits ? undefined : await tx.webhooks.laneHead(endpoint.row.id, row.lane);
      if (next) await tx.webhooks.update(next.id, { nextAttemptAt: now });
      return gone;
    });
    if (disabled) state.waiting = 0;
    else if (!waits) state.waiting--;
    return !waits && endpoint.row.state !== 'disabled';
  }
}
