import { digestOf } from '../faults/id-table.ts';
import type { Sent } from './platform.ts';
import { numbersOf, textOf } from './texts.ts';
import { plainAccount } from './world.ts';
import type { World } from './world.ts';

/** More than an account sends at once. */
const bulkCount = 22;
const normalCount = 3;
/** Until then what was broken in the first phase may not have ended by itself. */
const calmMs = 1600;
/** From the answer to the request until the message is in line. */
const wakeMs = 25;

/**
 * Many messages in bulk at one account, and a few normal ones while they wait. It comes when nothing is broken any more, so that it can be
 * seen from outside when a message is in line: from then on it is normal before bulk, one turn in ten excepted.
 */
export class Broadcast {
  static readonly count = bulkCount + normalCount;
  readonly #world: World;
  readonly #first: number;
  /** Of normal messages that wait in line: requests at their account since, and how many of them were bulk's. */
  readonly #waiting = new Map<number, { all: number; bulk: number }>();

  readonly #seen = new Set<number>();

  constructor(world: World, firstConversation: number) {
    this.#world = world;
    this.#first = firstConversation;
  }

  async work(): Promise<void> {
    const { time, random } = this.#world;
    await time.pause(calmMs);
    await Promise.all(Array.from({ length: bulkCount }, (_, i) => this.#send(i, true)));
    for (let i = bulkCount; i < Broadcast.count; i++) {
      await time.pause(random() * 100);
      await this.#send(i, false);
    }
  }

  arrived({ accountId, text }: Sent): void {
    const place = (numbersOf(text)?.conversation ?? -1) - this.#first;
    if (accountId === this.#account.id)
      for (const seen of this.#waiting.values()) {
        seen.all++;
        if (place >= 0 && place < bulkCount) seen.bulk++;
      }
    this.#seen.add(place);
    const mine = this.#waiting.get(place);
    this.#waiting.delete(place);
    if (!mine || mine.bulk <= 1 + Math.floor(mine.all / 10)) return;
    this.#world.broken(`${text} waited while ${mine.bulk} of ${mine.all} went in bulk`);
  }

  get #account() {
    return plainAccount(this.#world, 0);
  }

  async #send(place: number, bulk: boolean): Promise<void> {
    const { time, record, untilTaken } = this.#world;
    const conversation = this.#first + place;
    const { id: from, merchantId } = this.#account;
    const text = textOf('out', { conversation, number: 0 });
    const input = { to: `probe:p${conversation}`, from, ...(bulk ? { priority: 'bulk' as const } : {}) };
    const id = await untilTaken((life) => life.send({ merchantId, text, input }));
    record({ step: 'out accepted', conversation, number: 0, id: digestOf(id), value: 0 });
    if (bulk) return;
    await time.pause(wakeMs);
    if (!this.#seen.has(place)) this.#waiting.set(place, { all: 0, bulk: 0 });
  }
}
