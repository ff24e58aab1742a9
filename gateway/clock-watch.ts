import type { Log } from '../connectors/contract/index.ts';
import type { Clock } from './clock.ts';
import type { DeliveryRow, Store, WebhookDeliveryRow } from './store/port.ts';

const lookEveryMs = 1000;
/** Smaller steps are how a clock is kept right, and not worth a word. */
const leastMs = 2000;
const atOnce = 200;
const accountsAtOnce = 200;
const everMs = Number.MAX_SAFE_INTEGER;

export interface ClockWatchOptions {
  store: Store;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Milliseconds that pass whatever is done to the wall clock. Left out: those of the process. */
  passed?: () => number;
}

/**
 * Notices that the wall clock was set back, and has what waits in the ledger for its next attempt wait no longer for it: a clock that
 * was eight minutes ahead would otherwise hold up for eight minutes what was due at once, and its conversation with it. What was given
 * an hour (`send_at`, quiet hours, validity) keeps it. A clock that is set forward needs nothing: what waited is due.
 */
export class ClockWatch {
  readonly #o: ClockWatchOptions;
  readonly #passed: () => number;
  #wallMs: number;
  #passedMs: number;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: ClockWatchOptions) {
    this.#o = options;
    this.#passed = options.passed ?? (() => performance.now());
    this.#wallMs = options.clock.now();
    this.#passedMs = this.#passed();
  }

  start(): void {
    this.#looking = this.lookBack().finally(() => (this.#looking = undefined));
    this.#timer = setInterval(() => {
      this.#looking ??= this.look().finally(() => (this.#looking = undefined));
    }, lookEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** While the gateway was away: the last event is of a time to come then. Never rejects. */
  async lookBack(): Promise<void> {
    await this.#setBack(async () => {
      const lastAt = await this.#o.store.read.events.lastAt();
      return lastAt === undefined ? 0 : lastAt - this.#o.clock.now();
    });
  }

  /** Since the last look. Never rejects. */
  async look(): Promise<void> {
    const [wallMs, passedMs] = [this.#o.clock.now(), this.#passed()];
    const lostMs = passedMs - this.#passedMs - (wallMs - this.#wallMs);
    [this.#wallMs, this.#passedMs] = [wallMs, passedMs];
    await this.#setBack(async () => lostMs);
  }

  async #setBack(lost: () => Promise<number>): Promise<void> {
    const { clock, log } = this.#o;
    try {
      const byMs = Math.round(await lost());
      if (byMs < leastMs) return;
      const move = { now: clock.now(), byMs };
      const [deliveries, webhooks] = [await this.#moveDeliveries(move), await this.#moveWebhooks(move)];
      log.warn('clock.set_back', { byMs, deliveries, webhooks });
    } catch (error) {
      log.error('clock.timers_failed', { error });
    }
  }

  async #moveDeliveries(move: Move): Promise<number> {
    const { deliveries } = this.#o.store.read;
    let moved = 0;
    for (let after: string | undefined = ''; after !== undefined;) {
      const accounts = await deliveries.dueAccounts(after, everMs, accountsAtOnce);
      for (const accountId of accounts)
        for (const bulk of [false, true]) moved += await this.#moveLine({ accountId, bulk }, move);
      after = accounts.length < accountsAtOnce ? undefined : accounts.at(-1);
    }
    return moved;
  }

  /** What waits at an account, soonest first: each goes to before where the next page begins, and so is moved once. */
  async #moveLine(of: { accountId: string; bulk: boolean }, move: Move): Promise<number> {
    const { store } = this.#o;
    let moved = 0;
    let after = { at: move.now, messageId: '\uffff' };
    for (;;) {
      const rows = await store.read.deliveries.dueOf({ ...of, now: everMs, after, limit: atOnce });
      const last = rows.at(-1);
      if (!last) return moved;
      after = { at: last.nextAttemptAt, messageId: last.messageId };
      await store.write(async (tx) => {
        for (const { messageId, nextAttemptAt } of rows) {
          const current = await tx.deliveries.byMessage(messageId);
          if (current && isWaiting(current, nextAttemptAt))
            await tx.deliveries.update(messageId, { nextAttemptAt: earlier(nextAttemptAt, move) });
        }
      });
      moved += rows.length;
    }
  }

  async #moveWebhooks(move: Move): Promise<number> {
    const { store } = this.#o;
    let moved = 0;
    let after = { at: move.now, id: Number.MAX_SAFE_INTEGER };
    for (;;) {
      const rows: (WebhookDeliveryRow & { nextAttemptAt: number })[] =
        await store.read.webhooks.waitingBehind(after, atOnce);
      const last = rows.at(-1);
      if (!last) return moved;
      after = { at: last.nextAttemptAt, id: last.id };
      await store.write(async (tx) => {
        for (const { id, endpointId, eventSeq, nextAttemptAt } of rows) {
          const current = await tx.webhooks.one(endpointId, eventSeq);
          if (current?.state === 'pending' && current.nextAttemptAt === nextAttemptAt)
            await tx.webhooks.update(id, { nextAttemptAt: earlier(nextAttemptAt, move) });
        }
      });
      moved += rows.length;
    }
  }
}

interface Move {
  now: number;
  byMs: number;
}

const earlier = (at: number, { now, byMs }: Move): number => Math.max(now, at - byMs);

/** With an attempt that runs, the time is until when nobody else takes it up. */
const isWaiting = (current: DeliveryRow, nextAttemptAt: number): boolean =>
  current.state === 'queued' &&
  !current.scheduled &&
  !current.inFlight &&
  current.nextAttemptAt === nextAttemptAt;
