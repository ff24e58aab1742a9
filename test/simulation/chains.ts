import type { FallbackInput } from '../../gateway/fallback/request.ts';
import { defaultAfterSeconds } from '../../gateway/fallback/request.ts';
import type { FallbackTerms } from '../../gateway/store/port.ts';
import { digestOf } from '../faults/id-table.ts';
import { channelNames } from './channels.ts';
import type { Sending } from './gateway.ts';
import type { Sent } from './platform.ts';
import { textOf } from './texts.ts';
import { accountsOf } from './world.ts';
import type { World } from './world.ts';

/** One message that may fall back, as its merchant knows it. */
export interface Chain {
  /** Its number as a conversation of the history; its ways are the messages in it. */
  label: number;
  merchantId: string;
  messageId?: string;
  /** Undefined: by the policy, again and again. */
  steps: FallbackTerms[] | undefined;
  validForMs: number;
  /** Unix milliseconds before which nothing of it may go out. */
  notBeforeMs: number;
  cancelAsked: boolean;
  /** Once it was answered that it is taken back: the messages that an attempt was begun at before. */
  begunBefore?: ReadonlySet<string>;
  /** Numbers of its ways, as they were first heard of. */
  numbers: Map<string, number>;
}

const policyTerms: FallbackTerms = { afterMs: defaultAfterSeconds * 1000, until: 'sent' };
export const termsOf = ({ steps }: Chain, step: number): FallbackTerms | undefined =>
  steps ? steps[step] : policyTerms;

/** Consumers who are known on all accounts of their merchant, and messages to them that fall back. */
export class Chains {
  /** By which name, and at which merchant. */
  static readonly consumers = ['c0', 'c1'] as const;
  static readonly count = 3;
  readonly #world: World;
  readonly #byLabel = new Map<number, Chain>();

  constructor(world: World) {
    this.#world = world;
  }

  get all(): Chain[] {
    return [...this.#byLabel.values()];
  }

  /** `consumerIds` in the order of `consumers`. */
  work(consumerIds: readonly string[], firstLabel: number): Promise<void>[] {
    return Array.from({ length: Chains.count }, (_, i) => {
      const place = i % Chains.consumers.length;
      return this.#send({ label: firstLabel + i, place, consumerId: consumerIds[place]! });
    });
  }

  /** A request for a message came: one of ours, and may it be made now? */
  arrived(sent: Sent): void {
    const chain = this.#of(sent);
    if (!chain) return;
    const { time, broken } = this.#world;
    this.numberOf(chain, sent.messageId);
    if (time.furthestMs < chain.notBeforeMs) broken(`${sent.text} went out before its hour`);
    // what is on its way when it is answered goes on: only what is still to come is taken back
    if (chain.begunBefore?.has(sent.messageId) === false)
      broken(`${sent.text} went to ${sent.address} after it was taken back`);
  }

  taken(sent: Sent): void {
    const chain = this.#of(sent);
    if (!chain) return;
    const number = this.numberOf(chain, sent.messageId);
    this.#world.record({ step: 'out shown', conversation: chain.label, number, id: 0, value: 0 });
  }

  numberOf({ numbers }: Chain, messageId: string): number {
    if (!numbers.has(messageId)) numbers.set(messageId, numbers.size);
    return numbers.get(messageId)!;
  }

  #of({ text }: Sent): Chain | undefined {
    const found = /^chain (\d+) /.exec(text);
    return found ? this.#byLabel.get(Number(found[1])) : undefined;
  }

  async #send(of: { label: number; place: number; consumerId: string }): Promise<void> {
    const { time, random, record, say, untilTaken } = this.#world;
    const { label } = of;
    await time.pause(random() * 3000);
    const { merchantId } = accountsOf(this.#world, of.place)[0]!;
    const { input, steps, notBeforeMs } = this.#draw(of);
    const validForMs = input.valid_for! * 1000;
    const numbers = new Map<string, number>();
    const chain: Chain = { label, merchantId, steps, validForMs, notBeforeMs, cancelAsked: false, numbers };
    this.#byLabel.set(label, chain);
    const text = textOf('chain', { conversation: label, number: 0 });
    say(`${text}: ${JSON.stringify(input)}`);
    const messageId = await untilTaken((life) => life.send({ merchantId, text, input }));
    chain.messageId = messageId;
    const number = this.numberOf(chain, messageId);
    record({ step: 'out accepted', conversation: label, number, id: digestOf(messageId), value: 0 });
    if (random() > 0.2) return;
    await time.pause(random() < 0.3 ? 0 : random() * 5000);
    chain.cancelAsked = true;
    const isGone = await untilTaken((life) => life.cancel({ merchantId, messageId }));
    say(`${text} ${isGone ? 'is taken back' : 'can no longer be taken back'}`);
    if (isGone) chain.begunBefore = this.#world.begun();
  }

  #draw({ label, place, consumerId }: { label: number; place: number; consumerId: string }) {
    const { time, random } = this.#world;
    const channels = accountsOf(this.#world, place).map(({ channel }) => channel);
    const one = () => channels[Math.floor(random() * channels.length)]!;
    const steps = random() < 0.25 ? undefined : this.#steps({ label, place, one });
    const hour = random() < 0.2 ? time.wall() + Math.floor(random() * 5000) : 0;
    const input: Sending['input'] = {
      to: random() < 0.5 ? consumerId : `${one()}:${Chains.consumers[place]}`,
      fallback: steps?.input ?? true,
      valid_for: Math.ceil(random() < 0.2 ? 5 + random() * 60 : random() < 0.7 ? 7200 : 200_000),
      ...(hour ? { send_at: new Date(hour).toISOString() } : {}),
      ...(random() < 0.2 ? { priority: 'bulk' as const } : {}),
    };
    return { input, steps: steps?.terms, notBeforeMs: hour };
  }

  #steps({ label, place, one }: { label: number; place: number; one: () => string }): {
    input: FallbackInput;
    terms: FallbackTerms[];
  } {
    const { random } = this.#world;
    const input = Array.from({ length: 1 + Math.floor(random() * (channelNames.length - 0.5)) }, (_, i) => {
      const [luck, where, goal] = [random(), random(), random()];
      return {
        after: Math.ceil(luck < 0.8 ? random() * 4 : random() * 3600),
        until: goal < 0.45 ? ('sent' as const) : goal < 0.85 ? ('delivered' as const) : ('read' as const),
        ...(where < 0.3
          ? { channel: one() }
          : where < 0.5
            ? { to: `${one()}:${Chains.consumers[place]}` }
            : {}),
        ...(random() < 0.25 ? { even_if_uncertain: true } : {}),
        ...(random() < 0.3
          ? {
              content: {
                kind: 'text' as const,
                text: textOf('chain', { conversation: label, number: i + 1 }),
              },
            }
          : {}),
      };
    });
    const terms = input.map(({ after, until, even_if_uncertain }): FallbackTerms => ({
      afterMs: after * 1000,
      until,
      ...(even_if_uncertain ? { evenIfUncertain: true } : {}),
    }));
    return { input, terms };
  }
}
