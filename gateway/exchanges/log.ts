import type { Account, Context, Log } from '../../connectors/contract/index.ts';
import {
  exchangeRecord,
  hasFailed,
  redactedAgain,
  withEndedCalls,
} from '../../connectors/kit/exchange-record.ts';
import type { ExchangeRecord } from '../../connectors/kit/exchange-record.ts';
import { createRedaction } from '../../connectors/kit/redaction.ts';
import type { Redaction } from '../../connectors/kit/redaction.ts';
import type { Clock } from '../clock.ts';
import type { ExchangeRow, Store } from '../store/port.ts';
import { inboundRow, outboundRow } from './record.ts';
import type { CallOf, InboundCall } from './record.ts';
import type { Recorder } from './recording.ts';

export const keptForMs = 7 * 86_400_000;
const flushEveryMs = 500;
const sweepEveryMs = 10 * 60_000;
/** Rows in one unit of work: what waits behind it waits no longer than this takes. */
const rowsAtOnce = 300;
const sweptAtOnce = 2000;

/** What is kept of one account; a hook that is flooded pushes out nothing of what we sent. */
export const maxKept = { outbound: 4000, inbound: 1000 } as const;
/** Rows between two trims of an account. */
const trimEvery = 200;
/** What one account may add between two writes: beyond it a busy account is told of by samples, its failures more closely. */
const maxPending = { sound: 200, failed: 400, all: 5000 };
/** Accounts that are remembered as removed: as long as something of theirs could be under way. */
const maxGone = 1000;
/** Anybody can call a hook: of what was refused, so much a minute and account is written down. */
const refusedPerMinute = 30;

interface Pending {
  accountId: string;
  row: () => Omit<ExchangeRow, 'id'>;
}

interface Tally {
  sound: number;
  failed: number;
  skipped: number;
}

/**
 * The exchange log: what accounts and platforms said to each other over HTTP. Recording costs the caller nothing but a place in memory;
 * redaction and writing come later, in batches. What was not written when the process dies is lost: it is a log, not the ledger.
 */
export class ExchangeLog implements Recorder {
  readonly #o: { store: Store; clock: Clock; log: Log };
  #pending: Pending[] = [];
  #tallies = new Map<string, Tally>();
  readonly #refused = new Map<string, { minute: number; count: number }>();
  readonly #sinceTrim = new Map<string, number>();
  readonly #redactions = new WeakMap<object, Redaction>();
  /** Of what was redacted elsewhere. */
  readonly #redactionsAgain = new WeakMap<object, Redaction>();
  /** Accounts that are no more: what was under way for them is not written. */
  readonly #gone = new Set<string>();
  #flushing: Promise<void> = Promise.resolve();
  #timers: NodeJS.Timeout[] = [];

  constructor(options: { store: Store; clock: Clock; log: Log }) {
    this.#o = options;
  }

  start(): void {
    this.#timers = [
      setInterval(() => void this.flush(), flushEveryMs).unref(),
      setInterval(() => void this.sweep(), sweepEveryMs).unref(),
    ];
    void this.sweep();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.flush();
  }

  /** The context with an HTTP client that records. What is sent and answered is untouched. */
  context<C extends Context>(context: C, of: CallOf): C {
    const { account } = of;
    const http = withEndedCalls(context.http, {
      now: this.#o.clock.now,
      onEnded: (call) =>
        this.#take(account.id, hasFailed(call.result), () =>
          outboundRow(exchangeRecord(call, this.#redactionOf(account)), of),
        ),
    });
    return { ...context, http };
  }

  /** A call to a platform that was made and recorded elsewhere: whoever recorded it is not trusted with what it shows. */
  told(record: ExchangeRecord, of: CallOf): void {
    const { account } = of;
    this.#take(account.id, record.failed, () =>
      outboundRow(redactedAgain(record, this.#redactionOf(account, true)), of),
    );
  }

  /** A platform's call to us, as it was answered. */
  called(call: InboundCall): void {
    const { account } = call;
    if (call.verdict === 'refused' && !this.#mayRecordRefusal(account.id, call.atMs)) return;
    this.#take(account.id, call.status >= 400, () => inboundRow(call, this.#redactionOf(account)));
  }

  /** Writes what waits; resolves when it is durable. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  /** Removes what is too old, in small units. */
  async sweep(): Promise<void> {
    const { store, clock, log } = this.#o;
    try {
      const beforeMs = clock.now() - keptForMs;
      while ((await store.write((tx) => tx.exchanges.sweep(beforeMs, sweptAtOnce))) === sweptAtOnce)
        await new Promise((resolve) => setTimeout(resolve, 50));
    } catch (error) {
      log.error('exchanges.sweep_failed', { error });
    }
  }

  /** The account is no more, and neither is what was said for it. */
  async forget(accountId: string): Promise<void> {
    this.#gone.add(accountId);
    if (this.#gone.size > maxGone)
      for (const first of this.#gone) {
        this.#gone.delete(first);
        break;
      }
    this.#sinceTrim.delete(accountId);
    this.#refused.delete(accountId);
    await this.flush();
    await this.#o.store.write((tx) => tx.exchanges.removeOf(accountId));
  }

  #take(accountId: string, failed: boolean, row: Pending['row']): void {
    let tally = this.#tallies.get(accountId);
    if (!tally) this.#tallies.set(accountId, (tally = { sound: 0, failed: 0, skipped: 0 }));
    const kind = failed ? 'failed' : 'sound';
    if (tally[kind] >= maxPending[kind] || this.#pending.length >= maxPending.all) tally.skipped++;
    else {
      tally[kind]++;
      this.#pending.push({ accountId, row });
    }
  }

  #mayRecordRefusal(accountId: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / 60_000);
    let seen = this.#refused.get(accountId);
    if (seen?.minute !== minute) this.#refused.set(accountId, (seen = { minute, count: 0 }));
    return ++seen.count <= refusedPerMinute;
  }

  /** Put together once for each version of an account's credentials. */
  #redactionOf({ credentials }: Account, again = false): Redaction {
    if (typeof credentials !== 'object' || credentials === null) return createRedaction(undefined, { again });
    const made = again ? this.#redactionsAgain : this.#redactions;
    let redaction = made.get(credentials);
    if (!redaction) made.set(credentials, (redaction = createRedaction(credentials, { again })));
    return redaction;
  }

  async #write(): Promise<void> {
    const [pending, tallies] = [this.#pending, this.#tallies];
    this.#pending = [];
    this.#tallies = new Map();
    const { store, log } = this.#o;
    for (const [accountId, { skipped }] of tallies)
      if (skipped > 0) log.warn('exchanges.skipped', { accountId, skipped });
    try {
      for (let i = 0; i < pending.length; i += rowsAtOnce) {
        const rows = pending
          .slice(i, i + rowsAtOnce)
          .filter(({ accountId }) => !this.#gone.has(accountId))
          .map(({ row }) => row());
        const full = this.#full(rows);
        await store.write(async (tx) => {
          for (const row of rows) await tx.exchanges.insert(row);
          for (const { accountId, direction } of full)
            await tx.exchanges.trim(accountId, direction, maxKept[direction]);
        });
        // what arrived meanwhile goes first
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      log.error('exchanges.write_failed', { error });
    }
  }

  /** Accounts that have had enough new rows for a trim. */
  #full(rows: readonly Omit<ExchangeRow, 'id'>[]): Pick<ExchangeRow, 'accountId' | 'direction'>[] {
    const full: Pick<ExchangeRow, 'accountId' | 'direction'>[] = [];
    for (const { accountId, direction } of rows) {
      const key = `${accountId} ${direction}`;
      const count = (this.#sinceTrim.get(key) ?? 0) + 1;
      this.#sinceTrim.set(key, count % trimEvery);
      if (count >= trimEvery) full.push({ accountId, direction });
    }
    return full;
  }
}
