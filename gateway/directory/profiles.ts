import type { Context, ProfileOutcome } from '../../connectors/contract/index.ts';
import { languageSchema } from '../../protocol/content.ts';
import { inTime } from '../accounts/in-time.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { Store } from '../store/port.ts';

const callMs = 8000;
const atOnce = 8;
const atOncePerAccount = 2;
/** Beyond it nothing is remembered, and the consumer's next message asks again. */
const maxWaiting = { account: 100, all: 1000 } as const;
const maxRemembered = 10_000;
/** After an answer, whatever it was. */
const answeredMs = 86_400_000;
/** After the first, second … time in a row that the platform could not say; nothing is asked before the consumer writes again. */
export const pausesMs = [60_000, 600_000, 3_600_000, 21_600_000, answeredMs] as const;
const maxName = 256;

/** Somebody who wrote to an account and has no name. */
export interface Nameless {
  consumerId: string;
  address: string;
}

interface Job extends Nameless {
  key: string;
  live: LiveAccount;
}

interface Remembered {
  failures: number;
  /** Nothing is asked before; never while it waits or is being asked. */
  againMs: number;
}

export interface ProfilesOptions {
  store: Store;
  context: Context;
}

/**
 * Names for consumers of platforms whose call-backs carry none, asked for in the background after a message was committed: nobody waits for
 * it, accounts take turns, and what is not asked in time is asked when the consumer writes again. What is remembered is lost with the process.
 */
export class Profiles {
  readonly #o: ProfilesOptions;
  readonly #remembered = new Map<string, Remembered>();
  /** By account, in the order of their turns. */
  readonly #waiting = new Map<string, Job[]>();
  readonly #running = new Map<Promise<void>, string>();
  #waitingCount = 0;
  #stopped = false;

  constructor(options: ProfilesOptions) {
    this.#o = options;
  }

  /** Never throws, and does nothing that takes time. */
  wanted(live: LiveAccount, { consumerId, address }: Nameless): void {
    if (!live.connector.profile || this.#stopped) return;
    const key = `${live.row.id} ${consumerId}`;
    const known = this.#remembered.get(key);
    if (known && this.#o.context.now() < known.againMs) return;
    const queue = this.#waiting.get(live.row.id) ?? [];
    if (queue.length >= maxWaiting.account || this.#waitingCount >= maxWaiting.all) return;
    this.#remember(key, { failures: known?.failures ?? 0, againMs: Infinity });
    queue.push({ key, live, consumerId, address });
    this.#waiting.set(live.row.id, queue);
    this.#waitingCount++;
    this.#next();
  }

  /** Waits for what is being asked; whoever stops the gateway has aborted it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    await Promise.allSettled(this.#running.keys());
  }

  #next(): void {
    while (this.#running.size < atOnce) {
      const job = this.#take();
      if (!job) return;
      const work = this.#work(job).finally(() => {
        this.#running.delete(work);
        this.#next();
      });
      this.#running.set(work, job.live.row.id);
    }
  }

  /** The first of the account whose turn it is; then it goes behind the others. */
  #take(): Job | undefined {
    const busy = [...this.#running.values()];
    for (const [accountId, queue] of this.#waiting) {
      if (busy.filter((id) => id === accountId).length >= atOncePerAccount) continue;
      this.#waiting.delete(accountId);
      const job = queue.shift();
      if (queue.length > 0) this.#waiting.set(accountId, queue);
      this.#waitingCount--;
      return job;
    }
    return undefined;
  }

  /** Never rejects. */
  async #work(job: Job): Promise<void> {
    const { context } = this.#o;
    const failures = (this.#remembered.get(job.key)?.failures ?? 0) + 1;
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length) - 1]!;
    let after: Remembered = { failures, againMs: context.now() + pauseMs };
    try {
      if ((await this.#settle(job)) === 'answered')
        after = { failures: 0, againMs: context.now() + answeredMs };
    } catch (error) {
      const { connector, id: accountId } = job.live.row;
      if (!this.#stopped) context.log.error('consumer.profile_failed', { error, connector, accountId });
    }
    this.#remember(job.key, after);
  }

  async #settle({ live, address }: Job): Promise<'answered' | 'unknown'> {
    const { store, context } = this.#o;
    const { merchantId } = live.row;
    const row = await store.read.directory.address(merchantId, address);
    const before = row && (await store.read.directory.consumer(row.consumerId));
    if (before?.name !== null) return 'answered';
    const late = { ms: callMs, otherwise: { type: 'unknown' } as ProfileOutcome };
    const { connector, account } = live;
    const outcome = await inTime(context, late, (within) => connector.profile!(address, account, within));
    if (outcome.type !== 'found') return outcome.type === 'none' ? 'answered' : 'unknown';
    const name = outcome.name.toWellFormed().trim().slice(0, maxName).toWellFormed();
    const language = languageSchema.safeParse(outcome.language).data;
    if (name === '') return 'answered';
    await store.write(async (tx) => {
      // whose address it is by now: they may have been erased, or found to be somebody else
      const now = await tx.directory.address(merchantId, address);
      const consumer = now && (await tx.directory.consumer(now.consumerId));
      if (consumer?.name !== null) return;
      const change = { name, ...(language && consumer.language === null ? { language } : {}) };
      await tx.directory.updateConsumer(consumer.id, change);
    });
    return 'answered';
  }

  #remember(key: string, what: Remembered): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, what);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= maxRemembered) break;
      this.#remembered.delete(oldest);
    }
  }
}
