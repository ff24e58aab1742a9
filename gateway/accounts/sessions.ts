import type { Log, Session } from '../../connectors/contract/index.ts';

const firstDelayMs = 500;
const maxDelayMs = 60_000;
/** A connection that held this long is a good one: the next back-off begins anew. */
const goodAfterMs = 30_000;

/** One that does not go is not waited for any longer. */
const goneAfterMs = 10_000;

export type SessionState = 'connecting' | 'connected' | 'down';

interface Kept {
  accountId: string;
  connector: string;
  open: (signal: AbortSignal) => Promise<Session>;
  session: Session | undefined;
  state: SessionState;
  reason: string | undefined;
  stop: AbortController;
  loop: Promise<void>;
}

/** Held connections, one for each account that needs one: opened, and opened again with back-off. */
export class Sessions {
  readonly #log: Log;
  readonly #kept = new Map<string, Kept>();
  /** Those that go: the next of the same account opens when they are gone, for platforms take one at a time. */
  readonly #ending = new Map<string, Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** The connection of an account, while it is there. */
  of(accountId: string): Session | undefined {
    return this.#kept.get(accountId)?.session;
  }

  state(accountId: string): { state: SessionState; reason: string | undefined } | undefined {
    const kept = this.#kept.get(accountId);
    return kept && { state: kept.state, reason: kept.reason };
  }

  keep(of: Pick<Kept, 'accountId' | 'connector' | 'open'>): void {
    const kept: Kept = {
      ...of,
      session: undefined,
      state: 'connecting',
      reason: undefined,
      stop: new AbortController(),
      loop: Promise.resolve(),
    };
    this.#kept.set(of.accountId, kept);
    kept.loop = (this.#ending.get(of.accountId) ?? Promise.resolve()).then(() => this.#hold(kept));
  }

  async end(accountId: string): Promise<void> {
    const kept = this.#kept.get(accountId);
    if (!kept) return this.#ending.get(accountId);
    this.#kept.delete(accountId);
    const late = new AbortController();
    const ended = Promise.race([this.#end(kept), wait(goneAfterMs, late.signal)]).finally(() => late.abort());
    this.#ending.set(accountId, ended);
    await ended;
    if (this.#ending.get(accountId) === ended) this.#ending.delete(accountId);
  }

  async #end({ session, stop, loop }: Kept): Promise<void> {
    stop.abort();
    await session?.close().catch(() => {});
    await loop;
  }

  async endAll(): Promise<void> {
    await Promise.allSettled([...this.#kept.keys()].map((id) => this.end(id)));
  }

  async #hold(kept: Kept): Promise<void> {
    const { accountId, connector, stop } = kept;
    let delayMs = firstDelayMs;
    while (!stop.signal.aborted) {
      const openedAt = Date.now();
      try {
        const session = await kept.open(stop.signal);
        if (stop.signal.aborted) {
          await session.close();
          return;
        }
        kept.session = session;
        kept.state = 'connected';
        kept.reason = undefined;
        this.#log.info('session.connected', { accountId, connector });
        kept.reason = await session.closed;
      } catch (error) {
        kept.reason = error instanceof Error ? error.name : 'error';
      }
      kept.session = undefined;
      kept.state = 'down';
      if (stop.signal.aborted) return;
      if (Date.now() - openedAt > goodAfterMs) delayMs = firstDelayMs;
      this.#log.warn('session.down', { accountId, connector, reason: kept.reason, delayMs });
      await wait(delayMs * (0.75 + Math.random() / 2), stop.signal);
      delayMs = Math.min(delayMs * 2, maxDelayMs);
      kept.state = 'connecting';
    }
  }
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
