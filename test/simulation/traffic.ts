import { digestOf } from '../faults/id-table.ts';
import { textOf } from './texts.ts';
import { plainAccount } from './world.ts';
import type { World } from './world.ts';

const messagesEach = 3;

/** Plain messages in both directions of some conversations, as consumers and merchants send them: in bursts, and again. */
export class Traffic {
  static readonly conversations = 3;
  static readonly count = Traffic.conversations * messagesEach * 2;
  readonly #world: World;
  readonly #spreadMs: number;

  constructor(world: World, spreadMs: number) {
    this.#world = world;
    this.#spreadMs = spreadMs;
  }

  work(): Promise<void>[] {
    return Array.from({ length: Traffic.conversations }, (_, conversation) => [
      this.#writes(conversation),
      this.#sends(conversation),
    ]).flat();
  }

  async #writes(conversation: number): Promise<void> {
    const { time, random, record, untilTaken } = this.#world;
    const { id: accountId, address } = this.#party(conversation);
    const say = (number: number) => {
      const content = { kind: 'text' as const, text: textOf('in', { conversation, number }) };
      const item = {
        type: 'message' as const,
        providerId: `${conversation}-${number}`,
        sender: { address },
        content,
      };
      return untilTaken((life) => life.accept(accountId, [item]));
    };
    for (let number = 0; number < messagesEach; number++) {
      await time.pause((random() * this.#spreadMs * 1.4) / messagesEach);
      await (random() < 0.2 ? Promise.all([say(number), say(number)]) : say(number));
      record({ step: 'in accepted', conversation, number, id: 0, value: 0 });
      if (random() < 0.2 && number > 0) await say(number - 1);
    }
  }

  async #sends(conversation: number): Promise<void> {
    const { time, random, record, untilTaken } = this.#world;
    const { id: from, merchantId, address: to } = this.#party(conversation);
    const send = async (number: number) => {
      const text = textOf('out', { conversation, number });
      const id = await untilTaken((life) => life.send({ merchantId, text, input: { to, from } }));
      record({ step: 'out accepted', conversation, number, id: digestOf(id), value: 0 });
    };
    for (let number = 0; number < messagesEach; number++) {
      // in bursts, so that lanes have something behind their heads
      if (random() < 0.6) await time.pause((random() * this.#spreadMs * 1.8) / messagesEach);
      await (random() < 0.2 ? Promise.all([send(number), send(number)]) : send(number));
      if (random() < 0.2 && number > 0) await send(number - 1);
    }
  }

  #party(conversation: number) {
    return { ...plainAccount(this.#world, conversation), address: `probe:p${conversation}` };
  }
}
