import type { Log } from '../../connectors/contract/index.ts';
import type { ReplayRow } from '../store/port.ts';
import { countCandidates, nextCandidates } from './candidates.ts';
import { countDeadMessages, nextDeadMessages } from './dead-messages.ts';
import { EventReplay } from './events.ts';
import type { EventReplayOptions } from './events.ts';
import { resendOne } from './resend.ts';
import type { ResendOptions } from './resend.ts';

export type RunnerOptions = Omit<EventReplayOptions & ResendOptions, 'pause'> & {
  log: Log;
  /** Waits so long; a test may wait less. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Replays at work at once, over all merchants and of one. */
const maxRunning = 64;
const maxOfMerchant = 4;
/** Unfinished ones looked at for who is next. */
const lookedAt = 1000;
const everyMs = 5000;

/**
 * Works off replays, from the ledger: what is here may be lost at any moment and goes on at the start after. One replay for each
 * endpoint at a time, and never in the way of live traffic.
 */
export class ReplayRunner {
  readonly #o: RunnerOptions & { pause: (ms: number) => Promise<void> };
  readonly #running = new Map<string, ReplayRow>();
  readonly #cancelled = new Set<string>();
  readonly #stop = new AbortController();
  readonly #work = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(options: RunnerOptions) {
    const sleep = options.sleep ?? sleepFor;
    this.#o = { ...options, pause: (ms) => sleep(ms, this.#stop.signal) };
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), everyMs);
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#looking || this.#stop.signal.aborted) return;
    this.#looking = true;
    void this.#look()
      .catch((error: unknown) => this.#o.log.error('replay.look_failed', { error }))
      .finally(() => {
        this.#looking = false;
      });
  }

  /** It was cancelled in the ledger: what is at work ends with the call it makes. */
  cancelled(id: string): void {
    if (this.#running.has(id)) this.#cancelled.add(id);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#work);
  }

  async #look(): Promise<void> {
    for (const replay of await this.#o.store.read.replays.unfinished(lookedAt)) {
      if (this.#running.size >= maxRunning || this.#stop.signal.aborted) return;
      const others = [...this.#running.values()];
      const same = others.filter(({ merchantId }) => merchantId === replay.merchantId);
      const inLine =
        this.#running.has(replay.id) ||
        same.length >= maxOfMerchant ||
        same.some(({ endpointId }) => endpointId === replay.endpointId);
      if (!inLine) this.#begin(replay);
    }
  }

  #begin(replay: ReplayRow): void {
    this.#running.set(replay.id, replay);
    const work = this.#run(replay)
      .catch((error: unknown) => this.#o.log.error('replay.failed', { error, replayId: replay.id }))
      .finally(() => {
        this.#running.delete(replay.id);
        this.#cancelled.delete(replay.id);
        this.#work.delete(work);
        this.wake();
      });
    this.#work.add(work);
  }

  async #run(replay: ReplayRow): Promise<void> {
    const goesOn = () => !this.#stop.signal.aborted && !this.#cancelled.has(replay.id);
    const ended =
      replay.scope.of === 'events'
        ? await this.#events(replay, goesOn)
        : await this.#messages(replay, goesOn);
    if (ended === 'stopped') return;
    await this.#o.store.write(async (tx) => {
      const current = await tx.replays.byId(replay.id);
      if (current?.state !== 'running') return;
      const reason = ended === 'done' ? null : ended.failed;
      const state = ended === 'done' ? 'done' : 'failed';
      await tx.replays.update(replay.id, { state, reason, endedAt: this.#o.clock.now() });
      await tx.replays.unmark(replay.id);
    });
  }

  async #events(replay: ReplayRow, goesOn: () => boolean): Promise<'done' | 'stopped' | { failed: string }> {
    const { store } = this.#o;
    const { scope } = replay;
    if (scope.of !== 'events') return 'done';
    if (replay.state === 'counting') {
      const count = { after: Number(replay.cursor), goesOn };
      const total = await countCandidates(store.read, replay, scope, count);
      if (!goesOn() || !(await this.#counted(replay.id, total))) return 'stopped';
    }
    const calls = new EventReplay(this.#o, replay, goesOn);
    // behind the cursor a crash may have left some that are done
    const marked = new Set(await store.read.replays.marked(replay.id));
    for (let after = Number(replay.cursor); ;) {
      if (!goesOn() || (await store.read.replays.byId(replay.id))?.state !== 'running') return 'stopped';
      const page = await nextCandidates(store.read, replay, scope, after);
      const end = await calls.send(page.candidates.filter(({ place }) => !marked.has(place)));
      if (end !== 'done') return end;
      marked.clear();
      await store.write(async (tx) => {
        if (page.skipped > 0) await tx.replays.count(replay.id, 'skipped', page.skipped);
        await tx.replays.update(replay.id, { cursor: String(page.cursor) });
        await tx.replays.unmark(replay.id);
      });
      if (!page.more) return 'done';
      after = page.cursor;
    }
  }

  async #messages(replay: ReplayRow, goesOn: () => boolean): Promise<'done' | 'stopped'> {
    const { store } = this.#o;
    const { scope } = replay;
    if (scope.of !== 'messages') return 'done';
    if (replay.state === 'counting') {
      const total = await countDeadMessages(store.read, replay.merchantId, scope, goesOn);
      if (!goesOn() || !(await this.#counted(replay.id, total))) return 'stopped';
    }
    for (let after = replay.cursor; ;) {
      const page = await nextDeadMessages(store.read, replay.merchantId, scope, after);
      for (const delivery of page.deliveries) {
        if (!goesOn()) return 'stopped';
        await resendOne(this.#o, replay, delivery, goesOn);
      }
      if (!page.more) return goesOn() ? 'done' : 'stopped';
      after = page.cursor;
    }
  }

  /** False if it was cancelled meanwhile. */
  #counted(id: string, total: number): Promise<boolean> {
    return this.#o.store.write(async (tx) => {
      if ((await tx.replays.byId(id))?.state !== 'counting') return false;
      await tx.replays.update(id, { state: 'running', total });
      return true;
    });
  }
}

const sleepFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
