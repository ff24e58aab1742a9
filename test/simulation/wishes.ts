import { allowedAt } from '../../gateway/quiet/allowed.ts';
import type { SendInput } from '../../gateway/messages/send.ts';
import type { Purpose } from '../../protocol/quiet-hours.ts';
import type { Entry } from '../faults/history.ts';
import { digestOf } from '../faults/id-table.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a message with a wish needs of the simulation. */
export interface Wishing {
  time: VirtualTime;
  random: () => number;
  accountIds: readonly string[];
  record(entry: Omit<Entry, 'atMs'>): void;
  say(said: string): void;
  /** Asks the life of now, again and again until one of them answers. */
  untilTaken<T>(ask: (life: Life) => Promise<T>): Promise<T>;
  /** A promise was broken that the checker knows nothing of. */
  fail(why: string): void;
}

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
  readonly #o: Wishing;
  readonly #first: number;
  readonly #wishes: Wish[];
  /** Conversations whose message was taken back, and whose went out. */
  readonly #gone = new Set<number>();
  readonly #out = new Set<number>();

  constructor(wishing: Wishing, firstConversation: number) {
    this.#o = wishing;
    this.#first = firstConversation;
    const { time, random } = wishing;
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

  /** The platform shows a message: is it one that may be shown now? */
  shown(conversation: number): void {
    const wish = this.#wishes[conversation - this.#first];
    if (!wish) return;
    const { time, fail } = this.#o;
    if (time.furthestMs < wish.notBeforeMs) fail(`${conversation} went out before its hour`);
    const quiet = (ms: number) => allowedAt(wish.address, wish.purpose, ms) > ms;
    const around = [-quietSlackMs, 0, quietSlackMs].map((ms) => time.wall() + ms);
    if (around.every(quiet)) fail(`${conversation} went out in quiet hours`);
    if (this.#gone.has(conversation)) fail(`${conversation} went out after it was taken back`);
    this.#out.add(conversation);
  }

  async #send({ conversation, address, more, takenBack }: Wish): Promise<void> {
    const { time, random, accountIds, record, say, untilTaken, fail } = this.#o;
    await time.pause(random() * 3000);
    const accountId = accountIds[conversation % accountIds.length]!;
    const text = `out ${conversation} 0`;
    const id = await untilTaken((life) => life.send({ accountId, address, text, key: text, more }));
    record({ step: 'out accepted', conversation, number: 0, id: digestOf(id), value: 0 });
    if (!takenBack) return;
    await time.pause(random() < 0.3 ? 0 : random() * 4000);
    const isGone = await untilTaken((life) => life.cancel(accountId, id));
    say(`${conversation} ${isGone ? 'is taken back' : 'can no longer be taken back'}`);
    if (!isGone) return;
    this.#gone.add(conversation);
    if (this.#out.has(conversation)) fail(`${conversation} was taken back after it went out`);
  }
}
