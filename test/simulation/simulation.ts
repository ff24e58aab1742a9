import type { Clock } from '../../gateway/clock.ts';
import { createLinkSigner } from '../../gateway/security/links.ts';
import { createVault } from '../../gateway/security/seal.ts';
import { randomOf } from '../faults/chance.ts';
import { digestOf } from '../faults/id-table.ts';
import { breaks } from './breaks.ts';
import { Broadcast } from './broadcast.ts';
import { UnreliableBus } from './bus.ts';
import { Chains } from './chains.ts';
import { drawAbilities } from './channels.ts';
import { endpointOf } from './endpoint.ts';
import { judge } from './judge.ts';
import type { SimulatedLedger } from './ledger.ts';
import { Lives } from './lives.ts';
import { populate } from './merchants.ts';
import { Platforms } from './platform.ts';
import type { Sent } from './platform.ts';
import { receipts } from './receipts.ts';
import type { SimulationResult } from './result.ts';
import { numbersOf } from './texts.ts';
import { Traffic } from './traffic.ts';
import { clockOf } from './virtual-time.ts';
import type { VirtualTime } from './virtual-time.ts';
import { Wishes } from './wishes.ts';
import { Witness } from './witness.ts';
import { nothing } from './world.ts';
import type { World } from './world.ts';

/** Keys cost more to derive than a seed's messages to send; nothing in it changes. */
const vault = createVault(new Uint8Array(32).fill(9));
const links = createLinkSigner(vault.derive('links'));
const safetyMs = 6000;
/** How long nothing more may be needed in the second phase before the clock is moved ahead, and how long at the end. */
const patienceMs = 1200;
const livenessMs = 60_000;
/** The wall clock is moved ahead so often in the second phase, so that what waits for hours has its time. In minutes. */
const aheadMinutes = [240, 1500, 60, 1500, 1500];
/** Conversations by number: plain ones first. */
const firstWish = Traffic.conversations;
const firstChain = firstWish + Wishes.count;
const firstOfBroadcast = firstChain + Chains.count;
const broadcastShare = 0.1;
/** Messages of a seed, but for the ways that fallbacks take and the broadcast that some seeds have. */
export const messagesInAll = Traffic.count + Wishes.count + Chains.count;

/** One seed, from its first message to its judgement. */
export class Simulation {
  readonly #ledger: SimulatedLedger;
  readonly #time: VirtualTime;
  readonly #clock: Clock;
  readonly #witness: Witness;
  readonly #bus: UnreliableBus;
  readonly #world: World;
  readonly #platforms: Platforms;
  readonly #endpoint: ReturnType<typeof endpointOf>;
  readonly #lives: Lives;
  readonly #traffic: Traffic;
  readonly #chains: Chains;
  readonly #wishes: Wishes;
  readonly #broadcast: Broadcast;
  #consumerIds: string[] = [];
  /** Ways that the merchants were told of; and all there are, once none is to come. */
  readonly #rerouted = new Set<string>();
  #ways: string[] | undefined;
  readonly #healed = new AbortController();
  #working = 0;
  #bug: unknown;

  constructor(seed: number, ledger: SimulatedLedger, time: VirtualTime) {
    const random = randomOf(seed);
    const witness = new Witness(time);
    const { record, say, broken } = witness;
    this.#ledger = ledger;
    this.#time = time;
    this.#witness = witness;
    this.#clock = clockOf(time, random);
    this.#bus = new UnreliableBus(time, random);
    this.#lives = new Lives({ time, random, say, surroundings: () => this.#surroundings() });
    this.#world = {
      time,
      random,
      abilities: drawAbilities(random),
      accounts: [],
      healed: this.#healed.signal,
      awayUntilMs: 0,
      refusing: { accountId: '', untilMs: 0 },
      begun: () => ledger.begun(),
      record,
      say,
      broken,
      untilTaken: this.#lives.untilTaken,
    };
    this.#platforms = new Platforms(this.#world, { arrived: this.#arrived, taken: this.#taken });
    this.#endpoint = endpointOf(this.#world, (way) => void this.#rerouted.add(way));
    this.#traffic = new Traffic(this.#world, safetyMs);
    this.#wishes = new Wishes(this.#world, firstWish);
    this.#chains = new Chains(this.#world);
    this.#broadcast = new Broadcast(this.#world, firstOfBroadcast);
  }

  async run(): Promise<Omit<SimulationResult, 'seed'>> {
    const time = this.#time;
    this.#ledger.empty();
    this.#work(this.#setUp());
    await time.until(() => this.#working === 0, 60_000);
    for (const one of [
      ...this.#traffic.work(),
      ...this.#wishes.work(),
      ...this.#chains.work(this.#consumerIds, firstChain),
      breaks(this.#world, { lives: this.#lives, bus: this.#bus }),
    ])
      this.#work(one);
    await time.until(() => this.#bug !== undefined, safetyMs);
    this.#healed.abort();
    this.#bus.reliable = true;
    if (this.#world.random() < broadcastShare) this.#work(this.#broadcast.work());
    const live = await this.#rest();
    const facts = this.#ledger.facts();
    if (live) judge(this.#world, { facts, platforms: this.#platforms, chains: this.#chains.all });
    this.#lives.crash();
    // lets what the last life had in hand find out that it is over, so that nothing of it reaches the next seed
    await time.until(() => false, 1500);
    if (this.#bug !== undefined) throw this.#bug;
    return {
      ...this.#witness.checker.verdict(),
      kills: this.#lives.kills,
      fallbacks: this.#ways?.length ?? 0,
      broken: this.#witness.found,
      live,
      steps: time.steps,
      virtualMs: Math.round(time.nowMs),
      history: this.#witness.lines(),
    };
  }

  #work(work: Promise<void>): void {
    this.#working++;
    work.catch((error: unknown) => (this.#bug ??= error)).finally(() => this.#working--);
  }

  async #setUp(): Promise<void> {
    const of = { store: this.#ledger.store, clock: this.#clock, vault };
    this.#consumerIds = await populate(this.#world, of, Chains.consumers);
    await this.#lives.begin();
  }

  #surroundings() {
    const { abilities } = this.#world;
    const { store } = this.#ledger;
    const [clock, platforms, endpoint] = [this.#clock, this.#platforms, this.#endpoint];
    const passed = () => this.#time.nowMs;
    return { store, clock, passed, bus: this.#bus.connect(), vault, links, abilities, platforms, endpoint };
  }

  readonly #arrived = (sent: Sent): void => {
    const numbers = numbersOf(sent.text);
    if (numbers) this.#wishes.arrived(numbers.conversation);
    this.#chains.arrived(sent);
    this.#broadcast.arrived(sent);
  };

  readonly #taken = (sent: Sent, providerId: string): void => {
    const numbers = numbersOf(sent.text);
    if (numbers) this.#witness.record({ ...nothing, ...numbers, step: 'out shown' });
    this.#chains.taken(sent);
    this.#work(receipts(this.#world, sent, providerId));
  };

  /** True once everything accepted has come to its end and everybody is done. */
  async #rest(): Promise<boolean> {
    const isDone = () =>
      this.#bug !== undefined || (this.#working === 0 && this.#isAtRest() && this.#isTold());
    for (const minutes of aheadMinutes) {
      if (await this.#time.until(isDone, patienceMs)) break;
      this.#time.offsetMs += minutes * 60_000;
    }
    return this.#time.until(isDone, livenessMs);
  }

  /** Nothing more will be sent: from now on it is known which ways there are, and the merchants must hear of them. */
  #isAtRest(): boolean {
    if (this.#ways) return true;
    if (!this.#ledger.isAtRest()) return false;
    const { chains } = this.#ledger.facts();
    this.#ways = this.#chains.all.flatMap((chain) => {
      const [, ...ways] = chains.find(({ messageId }) => messageId === chain.messageId)?.ways ?? [];
      for (const way of ways) {
        const number = this.#chains.numberOf(chain, way);
        const of = { conversation: chain.label, number, id: digestOf(way), value: 0 };
        this.#witness.record({ ...of, step: 'out accepted' });
      }
      return ways;
    });
    return true;
  }

  #isTold(): boolean {
    return this.#witness.checker.pending === 0 && this.#ways!.every((way) => this.#rerouted.has(way));
  }
}
