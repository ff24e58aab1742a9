import { inspect } from 'node:util';
import type { Clock } from '../../gateway/clock.ts';
import { createLinkSigner } from '../../gateway/security/links.ts';
import { createVault } from '../../gateway/security/seal.ts';
import { makeId } from '../../protocol/ids.ts';
import { randomOf } from '../faults/chance.ts';
import { Checker } from '../faults/checker.ts';
import type { Verdict } from '../faults/checker.ts';
import { lineOf } from '../faults/history.ts';
import type { Entry } from '../faults/history.ts';
import { digestOf } from '../faults/id-table.ts';
import { UnreliableBus } from './bus.ts';
import type { SimulatedLedger } from './ledger.ts';
import { begin } from './life.ts';
import type { Life } from './life.ts';
import { addMerchant } from './merchants.ts';
import { endpointOf, platformOf } from './parties.ts';
import type { Outside } from './parties.ts';
import { VirtualTime } from './virtual-time.ts';
import { Wishes } from './wishes.ts';

export interface SimulationResult extends Verdict {
  seed: number;
  kills: number;
  /** False where something accepted hadn't come to its end, long after the last fault. */
  live: boolean;
  /** Timers and answers that were waited for. */
  steps: number;
  /** Milliseconds that went by in the simulation. */
  virtualMs: number;
  /** What happened, line by line. */
  history: string[];
}

/** Keys cost more to derive than a seed's messages to send; nothing in it changes. */
const vault = createVault(new Uint8Array(32).fill(9));
const links = createLinkSigner(vault.derive('links'));
const merchantIds = ['mer_1', 'mer_2'];
const conversations = 4;
const messagesEach = 3;
const safetyMs = 6000;
/** How long nothing more may be needed in the second phase before the clock is moved ahead, and how long at the end. */
const patienceMs = 1200;
const livenessMs = 60_000;
/** The wall clock is moved ahead so often in the second phase, so that what waits for hours has its time. In minutes. */
const aheadMinutes = [240, 1500, 60, 1500];
/** Messages of a seed. */
export const messagesInAll = conversations * messagesEach * 2 + Wishes.count;

/**
 * One seed: the engine of the gateway on the real ledger, in a world that the seed makes. First everything is bad at times, and
 * nothing may be doubled, out of order or moved back (safety). Then everything is well, and all that was accepted must come to its
 * end (liveness).
 */
export async function simulate(seed: number, ledger: SimulatedLedger): Promise<SimulationResult> {
  const time = new VirtualTime(randomOf(seed ^ 0x2545f491));
  time.install();
  try {
    return await new Simulation(seed, ledger, time).run();
  } finally {
    time.uninstall();
  }
}

class Simulation {
  readonly #seed: number;
  readonly #ledger: SimulatedLedger;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #checker = new Checker();
  /** What was seen, and between it what was broken and what the gateway logged. */
  readonly #history: (Entry | { atMs: number; said: string })[] = [];
  readonly #clock: Clock;
  readonly #bus: UnreliableBus;
  readonly #accountIds: string[] = [];
  readonly #platform: ReturnType<typeof platformOf>;
  readonly #endpoint: ReturnType<typeof endpointOf>;
  readonly #outside: Outside;
  #wishes: Wishes | undefined;
  #life: Life | undefined;
  /** Rejects whatever was asked of the life that ended. */
  #onCrash = new AbortController();
  readonly #healed = new AbortController();
  #kills = 0;
  #working = 0;
  #bug: unknown;

  constructor(seed: number, ledger: SimulatedLedger, time: VirtualTime) {
    this.#seed = seed;
    this.#ledger = ledger;
    this.#time = time;
    const random = randomOf(seed);
    this.#random = random;
    const bytes = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
    this.#clock = {
      now: () => time.wall(),
      random: bytes,
      id: (kind) => makeId(kind, { nowMs: time.wall(), random: bytes(10) }),
    };
    this.#bus = new UnreliableBus(time, random);
    this.#outside = { time, random, record: this.#record, healed: this.#healed.signal, awayUntilMs: 0 };
    this.#platform = platformOf(this.#outside, ({ providerId, address, conversation }) => {
      if (conversation === undefined) return;
      this.#wishes?.shown(conversation);
      this.#work(this.#receipts({ providerId, address, conversation }));
    });
    this.#endpoint = endpointOf(this.#outside);
  }

  async run(): Promise<SimulationResult> {
    this.#ledger.empty();
    const settingUp = this.#setUp().catch((error: unknown) => (this.#bug = error));
    let isSetUp = false;
    void settingUp.then(() => (isSetUp = true));
    await this.#time.until(() => isSetUp, 60_000);
    for (let conversation = 0; conversation < conversations; conversation++) {
      this.#work(this.#writes(conversation));
      this.#work(this.#sends(conversation));
    }
    this.#wishes = new Wishes(
      {
        time: this.#time,
        random: this.#random,
        accountIds: this.#accountIds,
        record: this.#record,
        say: (said) => this.#say(said),
        untilTaken: (ask) => this.#untilTaken(ask),
        fail: (why) => (this.#bug ??= new Error(why)),
      },
      conversations,
    );
    for (const wish of this.#wishes.work()) this.#work(wish);
    this.#work(this.#breaks());
    await this.#time.until(() => this.#bug !== undefined, safetyMs);
    this.#healed.abort();
    this.#bus.reliable = true;
    const live = await this.#rest();
    this.#crash();
    // lets what the last life had in hand find out that it is over, so that nothing of it reaches the next seed
    await this.#time.until(() => false, 1500);
    if (this.#bug !== undefined) throw this.#bug;
    return {
      ...this.#checker.verdict(),
      seed: this.#seed,
      kills: this.#kills,
      live,
      steps: this.#time.steps,
      virtualMs: Math.round(this.#time.nowMs),
      history: this.#history.map((one) =>
        'said' in one ? `${(one.atMs / 1000).toFixed(3).padStart(10)} s      ${one.said}` : lineOf(one),
      ),
    };
  }

  readonly #record = (entry: Omit<Entry, 'atMs'>): void => {
    const whole = { ...entry, atMs: Math.round(this.#time.nowMs) };
    this.#history.push(whole);
    this.#checker.take(whole);
  };

  #say(said: string): void {
    this.#history.push({ atMs: Math.round(this.#time.nowMs), said });
  }

  #work(work: Promise<void>): void {
    this.#working++;
    work.catch((error: unknown) => (this.#bug ??= error)).finally(() => this.#working--);
  }

  async #setUp(): Promise<void> {
    const of = { store: this.#ledger.store, clock: this.#clock, vault };
    for (const merchantId of merchantIds) this.#accountIds.push(await addMerchant(of, merchantId));
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#onCrash = new AbortController();
    const say = (event: string, fields: Record<string, unknown> = {}) =>
      this.#say(`${event} ${fields['error'] === undefined ? '' : inspect(fields['error'])}`);
    this.#life = await begin({
      store: this.#ledger.store,
      clock: this.#clock,
      bus: this.#bus.connect(),
      vault,
      links,
      log: { info: say, warn: say, error: say },
      platform: this.#platform,
      endpoint: this.#endpoint,
    });
  }

  #crash(): void {
    this.#life?.crash();
    this.#life = undefined;
    this.#onCrash.abort();
  }

  /** Asks the life of now, again and again until one of them answers. */
  async #untilTaken<T>(ask: (life: Life) => Promise<T>): Promise<T> {
    for (;;) {
      const life = this.#life;
      if (life) {
        const crashed = new Promise<never>((_, reject) =>
          this.#onCrash.signal.addEventListener('abort', () => reject(new Error('the connection broke')), {
            once: true,
          }),
        );
        try {
          return await Promise.race([ask(life), crashed]);
        } catch {
          // refused, overloaded or gone: what is not accepted is asked again
        }
      }
      await this.#time.pause(20 + this.#random() * 200);
    }
  }

  async #writes(conversation: number): Promise<void> {
    const { random, accountId, address } = this.#party(conversation);
    const say = (number: number) => {
      const content = { kind: 'text' as const, text: `in ${conversation} ${number}` };
      const item = {
        type: 'message' as const,
        providerId: `${conversation}-${number}`,
        sender: { address },
        content,
      };
      return this.#untilTaken((life) => life.accept(accountId, [item]));
    };
    for (let number = 0; number < messagesEach; number++) {
      await this.#time.pause((random() * safetyMs * 1.4) / messagesEach);
      await (random() < 0.2 ? Promise.all([say(number), say(number)]) : say(number));
      this.#record({ step: 'in accepted', conversation, number, id: 0, value: 0 });
      if (random() < 0.2 && number > 0) await say(number - 1);
    }
  }

  async #sends(conversation: number): Promise<void> {
    const { random, accountId, address } = this.#party(conversation);
    const send = async (number: number) => {
      const text = `out ${conversation} ${number}`;
      const id = await this.#untilTaken((life) => life.send({ accountId, address, text, key: text }));
      this.#record({ step: 'out accepted', conversation, number, id: digestOf(id), value: 0 });
    };
    for (let number = 0; number < messagesEach; number++) {
      // in bursts, so that lanes have something behind their heads
      if (random() < 0.6) await this.#time.pause((random() * safetyMs * 1.8) / messagesEach);
      await (random() < 0.2 ? Promise.all([send(number), send(number)]) : send(number));
      if (random() < 0.2 && number > 0) await send(number - 1);
    }
  }

  #party(conversation: number) {
    const accountId = this.#accountIds[conversation % this.#accountIds.length]!;
    return { random: this.#random, accountId, address: `probe:p${conversation}` };
  }

  /** Delivered and read, early, late, twice, the wrong way round, or never. */
  async #receipts(of: { providerId: string; address: string; conversation: number }): Promise<void> {
    const random = this.#random;
    const states = (['delivered', 'read'] as const).filter(() => random() < 0.6);
    if (random() < 0.2) states.reverse();
    if (random() < 0.2) states.push(...states);
    const { providerId, address, conversation } = of;
    const accountId = this.#accountIds[conversation % this.#accountIds.length]!;
    for (const state of states) {
      await this.#time.pause(random() < 0.3 ? 0 : random() * 2000);
      await this.#untilTaken((life) =>
        life.accept(accountId, [{ type: 'receipt', providerIds: [providerId], state, address }]),
      );
    }
  }

  /** Whoever breaks things, as long as the first phase lasts. */
  async #breaks(): Promise<void> {
    const random = this.#random;
    for (;;) {
      await this.#time.pause(100 + random() * 1400);
      if (this.#healed.signal.aborted) return;
      const luck = random();
      if (luck < 0.45) {
        this.#kills++;
        this.#say('the gateway crashes');
        this.#crash();
        await this.#time.pause(random() * 500);
        await this.#begin();
        this.#say('the gateway works again');
      } else if (luck < 0.6) {
        this.#say('the bus is away');
        this.#bus.goAway(random() * 1500);
      } else if (luck < 0.66) {
        this.#say('the platform is away');
        this.#outside.awayUntilMs = this.#time.nowMs + 1000 + random() * 4000;
      } else if (luck < 0.72) {
        this.#say('the bus forgets');
        this.#bus.forget(random() < 0.5 ? 1 : random());
      } else if (luck < 0.85) {
        const byMs = (random() < 0.5 ? -1 : 1) * random() * 900_000;
        this.#say(`the clock jumps by ${Math.round(byMs / 1000)} s`);
        this.#time.offsetMs += byMs;
      } else {
        this.#say('the disk is full for a moment');
        this.#life?.failWrites(1 + Math.floor(random() * 3));
      }
    }
  }

  /** True once everything accepted has come to its end and everybody is done. */
  async #rest(): Promise<boolean> {
    const isDone = () => this.#bug !== undefined || (this.#working === 0 && this.#checker.pending === 0);
    for (const minutes of aheadMinutes) {
      if (await this.#time.until(isDone, patienceMs)) break;
      this.#time.offsetMs += minutes * 60_000;
    }
    return this.#time.until(isDone, livenessMs);
  }
}
