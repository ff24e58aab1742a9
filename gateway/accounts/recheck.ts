import { keepProbe } from './manage.ts';
import type { AccountOptions } from './options.ts';
import type { LiveAccount } from './registry.ts';

const everyMs = 86_400_000;
const tickEveryMs = 60_000;
/** Of one look, so that a gateway with many accounts is no burden to its platforms: 28,800 a day. */
const maxPerTick = 20;
const atOnce = 4;

/**
 * Asks platforms that tell when credentials end, once a day for each account: an end may be put off, come nearer, or be of credentials that
 * were saved unasked. When it was asked last is kept, so that a restart asks nobody again.
 */
export class Rechecks {
  readonly #o: AccountOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: AccountOptions) {
    const { context } = options;
    const signal = AbortSignal.any([context.signal, this.#stopping.signal]);
    this.#o = { ...options, context: { ...context, signal } };
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), tickEveryMs).unref();
  }

  /** Cuts off what is asked. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  /** Never two at once: a slow platform makes the next look wait. */
  tick(): Promise<void> {
    this.#running ??= this.#look().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #look(): Promise<void> {
    const due = this.#due().slice(0, maxPerTick);
    const work = async () => {
      for (let live = due.shift(); live && !this.#o.context.signal.aborted; live = due.shift())
        await this.#ask(live);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** Who was asked longest ago comes first. */
  #due(): LiveAccount[] {
    const { registry, conditions, clock } = this.#o;
    const askedMs = ({ row }: LiveAccount) => conditions.get(row.id).probe?.atMs ?? 0;
    return [...registry.connectors]
      .filter(([, { manifest, probe }]) => manifest.tellsExpiry === true && probe !== undefined)
      .flatMap(([name]) => registry.ofConnector(name))
      .filter((live) => clock.now() - askedMs(live) >= everyMs)
      .toSorted((one, other) => askedMs(one) - askedMs(other));
  }

  async #ask(live: LiveAccount): Promise<void> {
    try {
      await keepProbe(this.#o, live);
    } catch (error) {
      this.#o.log.error('account.recheck_failed', { error, accountId: live.row.id });
    }
  }
}
