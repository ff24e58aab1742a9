import { allowedAt } from '../../gateway/quiet/allowed.ts';
import type { SendInput } from '../../gateway/messages/send.ts';
import type { Purpose } from '../../protocol/quiet-hours.ts';
import { digestOf } from '../faults/id-table.ts';
import { textOf } from './texts.ts';
import { plainAccount } from './world.ts';
import type { World } from './world.ts';

interface Wish {
  conversation: number;
  address: string;
  more: Pick<SendInput, 'send_at' | 'priority' | 'purpose'>;
  /** Unix milliseconds before which it may not go out. */
  notBeforeMs: number;
  purpose: Purpose;
  takenBack: boolean;
}

/** The wall clock may have jumped since the gateway looked at it. */
const quietSlackMs = 1_000_000;

/**
 * Messages that want more than to be sent: later, behind others, outside of quiet hours, or not at all any more. Each has a conversation
 * of its own, for its place there is where it is when its hour comes.
 */
export class Wishes {
  static readonly count = 4;
  readonly #world: World;
  readonly #first: number;
  readonly #wishes: Wish[];
  /** Conversations whose message was taken back. */
  readonly #gone = new Set<number>();

  constructor(world: World, firstConversation: number) {
    this.#world = world;
    this.#first = firstConversation;
    const { time, random } = world;
    const later = (withinMs: number) => time.wall() + Math.floor(random() * withinMs);
    const at = (ms: number) => ({ send_at: new Date(ms).toISOString() });
    const [hour, other] = [later(6000), later(6000)];
    const plain = { notBeforeMs: 0, purpose: 'transactional' as const, takenBack: false };
    this.#wishes = [
      { ...plain, more: at(hour), notBeforeMs: hour },
      { ...plain, more: { priority: 'bulk' as const } },
      // quiet at the hour at which the simulation begins, and for some hours to come
      {
        ...plain,
        address: 'tel:+12025550123',
        more: { purpose: 'promotional' as const },
        purpose: 'promotional' as const,
      },
      { ...plain, more: random() < 0.5 ? at(other) : {}, takenBack: true },
    ].map((wish, i) => {
      const conversation = firstConversation + i;
      return { address: `probe:p${conversation}`, ...wish, conversation };
    });
  }

  work(): Promise<void>[] {
    return this.#wishes.map((wish) => this.#send(wish));
  }

  /** A request for a message came: is it one that may be made now? */
  arrived(conversation: number): void {
    const wish = this.#wishes[conversation - this.#first];
    if (!wish) return;
    const { time, broken } = this.#world;
    if (time.furthestMs < wish.notBeforeMs) broken(`${conversation} went out before its hour`);
    const quiet = (ms: number) => allowedAt(wish.address, wish.purpose, ms) > ms;
    const around = [-quietSlackMs, 0, quietSlackMs].map((ms) => time.wall() + ms);
    if (around.every(quiet)) broken(`${conversation} went out in quiet hours`);
    if (this.#gone.has(conversation)) broken(`${conversation} went out after it was taken back`);
  }

  async #send({ conversation, address: to, more, takenBack }: Wish): Promise<void> {
    const { time, random, record, say, untilTaken } = this.#world;
    await time.pause(random() * 3000);
    const { id: from, merchantId } = plainAccount(this.#world, conversation);
    const text = textOf('out', { conversation, number: 0 });
    const messageId = await untilTaken((life) =>
      life.send({ merchantId, text, input: { to, from, ...more } }),
    );
    record({ step: 'out accepted', conversation, number: 0, id: digestOf(messageId), value: 0 });
    if (!takenBack) return;
    await time.pause(random() < 0.3 ? 0 : random() * 4000);
    const isGone = await untilTaken((life) => life.cancel({ merchantId, messageId }));
    say(`${conversation} ${isGone ? 'is taken back' : 'can no longer be taken back'}`);
    if (isGone) this.#gone.add(conversation);
  }
}
