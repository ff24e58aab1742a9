import { memoryBus } from '../../gateway/bus/memory.ts';
import type { Bus, BusMessage, Durable } from '../../gateway/bus/port.ts';
import { allEvents, allSends } from '../../protocol/subjects.ts';
import type { VirtualTime } from './virtual-time.ts';

type Carried = Omit<BusMessage, 'id'>;
const filters: Record<Durable, string> = { webhooks: allEvents, dispatch: allSends };

/**
 * A bus that outlives the gateway, as nats-server does, and that can be bad: it answers late or not at all, hands things over late,
 * twice or in another order, goes away, and forgets what it had, all of it or what came last.
 */
export class UnreliableBus {
  readonly #time: VirtualTime;
  readonly #random: () => number;
  /** What is stored and not yet taken, by durable. */
  readonly #stored: Record<Durable, Carried[]> = { webhooks: [], dispatch: [] };
  #seen = new Set<string>();
  #consumers: Partial<Record<Durable, (message: Carried) => void>> = {};
  #returns: (() => void)[] = [];
  #away = false;
  /** Counts connections: what a crashed gateway asked is answered to nobody. */
  #connection = 0;
  reliable = false;

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  /** The bus as one life of the gateway sees it. The one before is cut off. */
  connect(): Bus {
    const mine = ++this.#connection;
    this.#consumers = {};
    this.#returns = [];
    const never = new Promise<never>(() => {});
    const alive = () => mine === this.#connection;
    return {
      // what the engine's core asks nothing of
      ...memoryBus(),
      publish: (message) => (alive() ? this.#publish(message) : never),
      consume: (durable, handler) => {
        if (!alive()) return;
        this.#consumers[durable] = handler;
        this.#handOver(durable);
      },
      watch: () => () => {},
      connected: () => !this.#away,
      onReturn: (listener) => void (alive() && this.#returns.push(listener)),
      depths: async () => ({}),
      close: async () => {},
    };
  }

  goAway(forMs: number): void {
    this.#away = true;
    this.#time.after(forMs, () => this.#comeBack());
  }

  /** `share` 1: the store was wiped; less: it is as it was a while ago, so that what came last is missing. */
  forget(share: number): void {
    for (const durable of Object.keys(filters) as Durable[]) {
      const stored = this.#stored[durable];
      stored.length = Math.floor(stored.length * (1 - share));
    }
    this.#seen = new Set([...this.#seen].slice(0, Math.floor(this.#seen.size * (1 - share))));
    this.#comeBack();
  }

  #comeBack(): void {
    this.#away = false;
    for (const listener of this.#returns) listener();
    for (const durable of Object.keys(filters) as Durable[]) this.#handOver(durable);
  }

  async #publish({ id, ...message }: BusMessage): Promise<void> {
    if (this.#away) throw new Error('the bus is away');
    const luck = this.reliable ? 1 : this.#random();
    if (luck > 0.5) await this.#time.pause(this.#random() * 4);
    // never arrived, or arrived and the answer didn't
    if (luck < 0.02) throw new Error('timed out');
    this.#store(id, message);
    if (luck < 0.04) throw new Error('timed out');
  }

  #store(id: string, message: Carried): void {
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    for (const [durable, filter] of Object.entries(filters) as [Durable, string][]) {
      if (!message.subject.startsWith(filter.slice(0, -1))) continue;
      this.#stored[durable].push(message);
      if (this.#consumers[durable] && !this.#away) this.#hand(durable, message);
    }
  }

  #handOver(durable: Durable): void {
    if (!this.#consumers[durable] || this.#away) return;
    for (const message of this.#stored[durable]) this.#hand(durable, message);
  }

  /** Hands one over after a while, unless it was forgotten or taken until then; sometimes once more, much later. */
  #hand(durable: Durable, message: Carried): void {
    const connection = this.#connection;
    const luck = this.reliable ? 1 : this.#random();
    const late = this.#random();
    this.#time.after(luck < 0.25 ? late * 600 : late * 2, () => {
      const stored = this.#stored[durable];
      const place = stored.indexOf(message);
      if (connection !== this.#connection || this.#away || place < 0) return;
      stored.splice(place, 1);
      this.#consumers[durable]?.(message);
    });
    if (luck < 0.05)
      this.#time.after(this.#random() * 3000, () => {
        if (connection === this.#connection && !this.#away) this.#consumers[durable]?.(message);
      });
  }
}
