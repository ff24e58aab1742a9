import { memoryBus } from '../../gateway/bus/memory.ts';
import type { Bus, BusMessage } from '../../gateway/bus/port.ts';
import type { VirtualTime } from './virtual-time.ts';

type Carried = Omit<BusMessage, 'id'>;
type Told = Parameters<Parameters<Bus['watch']>[1]>[0];

/**
 * A bus that outlives the gateway, as nats-server does, and that can be bad: it answers late or not at all, hands things over late,
 * twice or in another order, goes away, and forgets what it had, all of it or what came last.
 */
export class UnreliableBus {
  readonly #time: VirtualTime;
  readonly #random: () => number;
  /** What is stored and not yet taken. */
  readonly #stored: Carried[] = [];
  #seen = new Set<string>();
  #consumer: ((message: Carried) => void) | undefined;
  /** Of what is told and not stored: the wakes of lanes. */
  #watcher: ((message: Told) => void) | undefined;
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
    this.#consumer = undefined;
    this.#watcher = undefined;
    this.#returns = [];
    const never = new Promise<never>(() => {});
    const alive = () => mine === this.#connection;
    return {
      // what the engine's core asks nothing of
      ...memoryBus(),
      publish: (message) => (alive() ? this.#publish(message) : never),
      consume: (handler) => {
        if (!alive()) return;
        this.#consumer = handler;
        this.#handOver();
      },
      watch: (_, listener) => {
        if (alive()) this.#watcher = listener;
        return () => {};
      },
      tell: (subject, payload) => void (alive() && this.#tell({ subject, payload })),
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
    this.#stored.length = Math.floor(this.#stored.length * (1 - share));
    this.#seen = new Set([...this.#seen].slice(0, Math.floor(this.#seen.size * (1 - share))));
    this.#comeBack();
  }

  #comeBack(): void {
    this.#away = false;
    for (const listener of this.#returns) listener();
    this.#handOver();
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
    this.#stored.push(message);
    if (this.#consumer && !this.#away) this.#hand(message);
  }

  /** Lost, late, twice, or as it should be. */
  #tell(message: Told): void {
    const connection = this.#connection;
    const luck = this.reliable ? 1 : this.#random();
    const [late, again] = [this.#random(), this.#random()];
    const arrive = () => {
      if (connection === this.#connection && !this.#away) this.#watcher?.(message);
    };
    if (this.#away || luck < 0.04) return;
    this.#time.after(luck < 0.25 ? late * 600 : late * 2, arrive);
    if (luck < 0.08) this.#time.after(again * 3000, arrive);
  }

  #handOver(): void {
    if (!this.#consumer || this.#away) return;
    for (const message of this.#stored) this.#hand(message);
  }

  /** Hands one over after a while, unless it was forgotten or taken until then; sometimes once more, much later. */
  #hand(message: Carried): void {
    const connection = this.#connection;
    const luck = this.reliable ? 1 : this.#random();
    const late = this.#random();
    this.#time.after(luck < 0.25 ? late * 600 : late * 2, () => {
      const place = this.#stored.indexOf(message);
      if (connection !== this.#connection || this.#away || place < 0) return;
      this.#stored.splice(place, 1);
      this.#consumer?.(message);
    });
    if (luck < 0.05)
      this.#time.after(this.#random() * 3000, () => {
        if (connection === this.#connection && !this.#away) this.#consumer?.(message);
      });
  }
}
