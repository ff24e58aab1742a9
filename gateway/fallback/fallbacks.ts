import type { RevokeOutcome } from '../../connectors/contract/index.ts';
import type { FallbackChainRow, MessageRow } from '../store/port.ts';
import { nextWay } from './next-way.ts';
import type { FallbackOptions } from './options.ts';
import { see } from './standing.ts';
import { begin, finish } from './take.ts';

const lookEveryMs = 250;
const atOnce = 200;
const revokeTimeoutMs = 20_000;

/**
 * Takes messages by their next way where the last one doesn't do. The timers are in the ledger: what moves a delivery makes its chain
 * due in the same commit (`ingest/receipts.ts`), and what is due is found by looking, also after a crash at any point.
 *
 *   due ─▶ which way would be next, as things are now
 *       ─▶ begin (one unit): still so? the last way ends ─▶ what it sent is taken back, where the channel can
 *       ─▶ finish (one unit): still so, or did a receipt come? ─▶ the next way is written, as a message of its own
 */
export class Fallbacks {
  readonly #o: FallbackOptions;
  readonly #inHand = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: FallbackOptions) {
    this.#o = options;
  }

  /** Takes up what a crash cut short, then looks from time to time. */
  async start(): Promise<void> {
    const { store, clock } = this.#o;
    await store.write((tx) => tx.fallbacks.resume(clock.now()));
    this.#timer = setInterval(() => void (this.#looking = this.look()), lookEveryMs);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    await Promise.race([this.#looking, new Promise((resolve) => setTimeout(resolve, 2000))]);
  }

  /** Looks at every chain that is due, those in hand excepted. Never rejects. */
  async look(): Promise<void> {
    const { store, clock, log } = this.#o;
    try {
      const due = await store.read.fallbacks.due(clock.now(), atOnce);
      const mine = due
        .filter(({ messageId }) => !this.#inHand.has(messageId))
        .slice(0, atOnce - this.#inHand.size);
      await Promise.all(mine.map((chain) => this.#lookAt(chain)));
    } catch (error) {
      if (!this.#stopping) log.error('fallback.look_failed', { error });
    }
  }

  async #lookAt(chain: FallbackChainRow): Promise<void> {
    const { messageId } = chain;
    this.#inHand.add(messageId);
    try {
      await this.#go(chain);
    } catch (error) {
      if (!this.#stopping) this.#o.log.error('fallback.failed', { error, messageId });
    } finally {
      this.#inHand.delete(messageId);
    }
  }

  async #go(chain: FallbackChainRow): Promise<void> {
    const o = this.#o;
    const { messageId } = chain;
    const { read } = o.store;
    const seen = await see(read, chain, o.clock.now());
    const takes = seen && (chain.state === 'taking' || seen.verdict.type === 'take');
    const next = takes ? await nextWay(o, chain, seen.first) : { way: undefined, passed: [] };
    if (!(await o.store.write((tx) => begin(tx, o, { messageId, ...next })))) return;
    // what is taken up after its time is over goes out no more: nothing is taken back for it
    const goesOn = next.way && seen && o.clock.now() < chain.expiresAt;
    const revoked = goesOn ? await this.#revoke(seen.last.message) : undefined;
    await o.store.write((tx) => finish(tx, o, { messageId, ...next, revoked }));
  }

  /** undefined where nothing had gone out. */
  async #revoke({ id, accountId, address }: MessageRow): Promise<RevokeOutcome | undefined> {
    const { store, registry, context, log } = this.#o;
    const parts = (await store.read.receipts.partsOf(id)).filter(({ state }) => state !== 'failed');
    if (parts.length === 0) return undefined;
    const live = registry.get(accountId);
    if (!live?.connector.revoke) return 'unsupported';
    const providerIds = parts.map(({ providerId }) => providerId);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(revokeTimeoutMs)]);
    try {
      const request = { messageId: id, address, providerIds };
      return await live.connector.revoke(request, live.account, { ...context, signal });
    } catch (error) {
      log.error('connector.revoke_threw', { error, connector: live.row.connector, accountId });
      return 'too_late';
    }
  }
}
