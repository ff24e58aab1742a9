import type { Clock } from '../clock.ts';
import type { ReplayRow, Store } from '../store/port.ts';
import type { EndpointBook, LiveEndpoint } from '../webhooks/endpoints.ts';
import type { WebhookWorker } from '../webhooks/worker.ts';
import type { Candidate } from './candidates.ts';

export interface EventReplayOptions {
  store: Store;
  clock: Clock;
  endpoints: EndpointBook;
  worker: Pick<WebhookWorker, 'hasSpare' | 'again'>;
  /** Waits; ends early at a stop. */
  pause: (ms: number) => Promise<void>;
}

/** How a page of events ended: on to the next, or no use to go on. */
export type PageEnd = 'done' | 'stopped' | { failed: string };

/** Calls at once to one endpoint, beside live traffic. */
const atOnce = 4;
const attemptsEach = 3;
/** Failed calls in a row after which the endpoint is taken to be down: about a quarter of an hour with the pauses between. */
const maxFailures = 20;
const maxPauseMs = 60_000;
const lookForRoomMs = 50;

/** The calls of one replay: its pace follows what live traffic leaves free and how the endpoint answers. */
export class EventReplay {
  readonly #o: EventReplayOptions;
  readonly #replay: ReplayRow;
  /** False once the replay was cancelled or the gateway stops. */
  readonly #goesOn: () => boolean;
  #failures = 0;
  #failed: string | undefined;

  constructor(options: EventReplayOptions, replay: ReplayRow, goesOn: () => boolean) {
    this.#o = options;
    this.#replay = replay;
    this.#goesOn = goesOn;
  }

  /** Sends what is in a page, those of one conversation one after the other. */
  async send(candidates: Candidate[]): Promise<PageEnd> {
    const lanes = new Map<string, Candidate[]>();
    for (const one of candidates) lanes.set(one.lane, [...(lanes.get(one.lane) ?? []), one]);
    const waiting = [...lanes.values()];
    const work = async () => {
      for (let lane = waiting.shift(); lane; lane = waiting.shift())
        for (const one of lane) if (!(await this.#sendOne(one))) return;
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (this.#failed !== undefined) return { failed: this.#failed };
    return this.#goesOn() ? 'done' : 'stopped';
  }

  /** False if no more are to be sent. */
  async #sendOne(candidate: Candidate): Promise<boolean> {
    const { store, worker, pause } = this.#o;
    for (let attempt = 1; ; attempt++) {
      const endpoint = await this.#roomAt();
      if (!endpoint) return false;
      // read as late as can be: it may have been removed meanwhile
      const envelope = await store.read.replays.envelopeAt(candidate.place);
      if (envelope === undefined) {
        await this.#settle(candidate, 'skipped');
        return true;
      }
      const result = await worker.again(endpoint, { id: candidate.id, envelope });
      if (!result) return false;
      if (result.type === 'taken') {
        this.#failures = 0;
        await this.#settle(candidate, 'done', { status: result.status, reason: null });
        return true;
      }
      this.#failures++;
      if (result.type === 'gone' || this.#failures >= maxFailures) {
        this.#failed = 'endpoint_failing';
        return false;
      }
      if (attempt === attemptsEach) {
        await this.#settle(candidate, 'failed', { status: result.status, reason: result.reason });
        return true;
      }
      await pause(Math.max(Math.min(1000 * 2 ** (this.#failures - 1), maxPauseMs), result.retryAfterMs ?? 0));
    }
  }

  /** The endpoint once it has room; undefined if it never will. */
  async #roomAt(): Promise<LiveEndpoint | undefined> {
    const { endpoints, worker, pause } = this.#o;
    for (;;) {
      if (!this.#goesOn() || this.#failed !== undefined) return undefined;
      const endpoint = endpoints.get(this.#replay.merchantId, this.#replay.endpointId ?? '');
      if (!endpoint || endpoint.row.state === 'disabled') {
        this.#failed = endpoint ? 'endpoint_disabled' : 'endpoint_removed';
        return undefined;
      }
      if (worker.hasSpare(endpoint.row.id)) return endpoint;
      await pause(lookForRoomMs);
    }
  }

  /** What became of one, in one commit: at its endpoint, and in the count of the replay. */
  async #settle(
    { place, lane }: Candidate,
    outcome: 'done' | 'failed' | 'skipped',
    call?: { status: number | null; reason: string | null },
  ): Promise<void> {
    const { store, clock } = this.#o;
    const { id, endpointId } = this.#replay;
    const now = clock.now();
    await store.write(async (tx) => {
      await tx.replays.mark(id, place);
      await tx.replays.count(id, outcome);
      if (!call || endpointId === null) return;
      const row = await tx.webhooks.one(endpointId, place);
      const last = { lastStatus: call.status, lastReason: call.reason, updatedAt: now };
      if (!row) {
        // the endpoint may be gone by now, with all its rows
        if (!(await tx.webhooks.endpoint(endpointId))) return;
        const state = outcome === 'done' ? 'delivered' : 'dead';
        const fresh = { endpointId, eventSeq: place, lane, state, attempts: 1, nextAttemptAt: null } as const;
        await tx.webhooks.insert({ ...fresh, ...last });
      } else if (row.state === 'dead')
        await tx.webhooks.update(row.id, {
          ...last,
          state: outcome === 'done' ? 'delivered' : 'dead',
          attempts: row.attempts + 1,
        });
      // what was delivered stays delivered, and what waits again has its own turn
    });
  }
}
