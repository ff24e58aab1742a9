import { states } from './history.ts';
import type { Entry, State } from './history.ts';
import { IdTable } from './id-table.ts';

export type Fault = 'lost' | 'doubled' | 'inverted' | 'regressed';

/** One broken promise. `conversation` is undefined where only the message's id is known. */
export interface Violation {
  fault: Fault;
  conversation: number | undefined;
  number: number | undefined;
  /** The message's digest; 0 where it has none. */
  id: number;
  why: string;
}

export interface Verdict {
  accepted: number;
  lost: number;
  doubled: number;
  inverted: number;
  regressed: number;
  inbound: number;
  outbound: number;
  /** Outbound messages that ended without being shown, with a reason. */
  failed: number;
  /** Webhooks that came again under an id already processed. */
  repeated: number;
  /** The first of each kind. */
  violations: Violation[];
}

/**
 * What may come after what, written from SPEC.md's words and not from the gateway's table: queued before uncertain before sent
 * before delivered before read; the other four end it, and what was delivered can no longer fail.
 */
const rank: Record<State, number> = {
  accepted: 0,
  queued: 1,
  uncertain: 2,
  sent: 3,
  delivered: 4,
  read: 5,
  failed: 9,
  expired: 9,
  suppressed: 9,
  cancelled: 9,
};
const ends = (state: State): boolean => rank[state] === 9;
const isForward = (from: State, to: State): boolean => {
  if (ends(from) || rank[to] <= rank[from]) return false;
  if (to === 'failed') return rank[from] < rank.delivered;
  return !ends(to) || rank[from] < rank.uncertain;
};
const isSuccess = (state: State): boolean => rank[state] >= rank.sent && !ends(state);

const keptPerFault = 50;
const accepted = 1;
const processed = 2;
const shown = 4;
const withReason = 128;

/** Bytes that grow. */
class Bytes {
  #bytes = new Uint8Array(64);
  get(at: number): number {
    return this.#bytes[at] ?? 0;
  }
  set(at: number, value: number): void {
    if (at >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, at + 1));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[at] = value;
  }
}

/** One direction of a conversation: a byte for each message, and how far it has come. */
interface Side {
  flags: Bytes;
  count: number;
  last: number;
  place: number;
  /** Outbound: the message's place in the table of ids, plus one. */
  ids: Uint32Array;
}
const newSide = (): Side => ({ flags: new Bytes(), count: 0, last: -1, place: -1, ids: new Uint32Array(64) });

/**
 * Judges a history entry by entry. It keeps two bytes and two numbers a message, whatever the length of the run, and knows
 * nothing of the gateway but what the platform and the merchants saw.
 */
export class Checker {
  readonly #in: Side[] = [];
  readonly #out: Side[] = [];
  readonly #ids = new IdTable();
  /** By place of the id: the last state that the merchant was told, and whether a reason came with it. */
  readonly #told = new Bytes();
  readonly #counts: Record<Fault, number> = { lost: 0, doubled: 0, inverted: 0, regressed: 0 };
  readonly #kept: Violation[] = [];
  #inbound = 0;
  #outbound = 0;
  #processed = 0;
  #settled = 0;
  #repeated = 0;

  take(entry: Entry): void {
    switch (entry.step) {
      case 'in accepted':
        return this.#inAccepted(entry);
      case 'in processed':
        return this.#inProcessed(entry);
      case 'out accepted':
        return this.#outAccepted(entry);
      case 'out shown':
        return this.#outShown(entry);
      case 'out moved':
        return this.#outMoved(entry);
      case 'out asked':
        return this.#outAsked(entry);
      case 'repeated':
        this.#repeated++;
        return;
      case 'fault':
    }
  }

  /** Messages accepted and not yet seen to the end; 0 is no proof that none is lost, but more than 0 means to wait. */
  get pending(): number {
    return Math.max(0, this.#inbound - this.#processed) + Math.max(0, this.#outbound - this.#settled);
  }

  /** The last state that the merchant was told of a message. */
  toldOf(id: number): State | undefined {
    const place = this.#ids.find(id);
    return place === undefined ? undefined : this.#stateAt(place);
  }

  /** The judgement, as of now: what is neither delivered nor ended with a reason is lost. */
  verdict(): Verdict {
    const counts = { ...this.#counts };
    const violations = [...this.#kept];
    let failed = 0;
    const lose = (conversation: number, number: number, id: number, why: string) => {
      if (++counts.lost - this.#counts.lost <= keptPerFault)
        violations.push({ fault: 'lost', conversation, number, id, why });
    };
    this.#in.forEach(({ flags, count }, conversation) => {
      for (let number = 0; number < count; number++)
        if ((flags.get(number) & (accepted | processed)) === accepted)
          lose(conversation, number, 0, 'accepted from the platform, and no message.received came');
    });
    this.#out.forEach(({ flags, count, ids }, conversation) => {
      for (let number = 0; number < count; number++) {
        if (!(flags.get(number) & accepted)) continue;
        const place = ids[number]! - 1;
        const state = this.#stateAt(place);
        const wasShown = (flags.get(number) & shown) !== 0;
        if (isSuccess(state) && !wasShown)
          lose(conversation, number, 0, `told to be ${state}, and the platform never had it`);
        else if (ends(state) && !(this.#told.get(place) & withReason))
          lose(conversation, number, 0, `${state} without a reason`);
        else if (!isSuccess(state) && !ends(state))
          lose(conversation, number, 0, `left ${state}${wasShown ? ', though the platform showed it' : ''}`);
        else if (ends(state)) failed++;
      }
    });
    return {
      accepted: this.#inbound + this.#outbound,
      ...counts,
      inbound: this.#inbound,
      outbound: this.#outbound,
      failed,
      repeated: this.#repeated,
      violations,
    };
  }

  #inAccepted({ conversation, number }: Entry): void {
    const side = (this.#in[conversation] ??= newSide());
    const flags = side.flags.get(number);
    if (flags & accepted) return;
    side.flags.set(number, flags | accepted);
    side.count = Math.max(side.count, number + 1);
    this.#inbound++;
  }

  #inProcessed({ conversation, number, value: place, id }: Entry): void {
    const side = (this.#in[conversation] ??= newSide());
    const flags = side.flags.get(number);
    const of = { conversation, number, id };
    if (flags & processed) {
      this.#broken('doubled', of, 'one message of the platform came under two webhook ids');
      return;
    }
    side.flags.set(number, flags | processed);
    side.count = Math.max(side.count, number + 1);
    this.#processed++;
    if (number < side.last) this.#broken('inverted', of, `came after number ${side.last}`);
    else if (place <= side.place)
      this.#broken('inverted', of, `place ${place} came after place ${side.place}`);
    side.last = Math.max(side.last, number);
    side.place = Math.max(side.place, place);
  }

  #outAccepted({ conversation, number, id }: Entry): void {
    const side = (this.#out[conversation] ??= newSide());
    const { place } = this.#ids.add(id);
    const known = side.ids[number] ?? 0;
    if (known !== 0 && known !== place + 1)
      return this.#broken('doubled', { conversation, number, id }, 'one key became two messages');
    if (number >= side.ids.length) {
      const grown = new Uint32Array(Math.max(side.ids.length * 2, number + 1));
      grown.set(side.ids);
      side.ids = grown;
    }
    side.ids[number] = place + 1;
    const flags = side.flags.get(number);
    if (flags & accepted) return;
    side.flags.set(number, flags | accepted);
    side.count = Math.max(side.count, number + 1);
    this.#outbound++;
  }

  #outShown({ conversation, number, id }: Entry): void {
    const side = (this.#out[conversation] ??= newSide());
    const flags = side.flags.get(number);
    const of = { conversation, number, id };
    if (flags & shown) return this.#broken('doubled', of, 'shown twice at the platform');
    side.flags.set(number, flags | shown);
    side.count = Math.max(side.count, number + 1);
    if (number < side.last) this.#broken('inverted', of, `shown after number ${side.last}`);
    side.last = Math.max(side.last, number);
  }

  #outMoved({ id, from = 'accepted', to = 'accepted', reason }: Entry): void {
    const { place } = this.#ids.add(id);
    const told = this.#stateAt(place);
    const of = { conversation: undefined, number: undefined, id };
    const isAt = told === from;
    if (!isForward(from, to) || !isForward(told, to))
      this.#broken('regressed', of, `told ${told}, then ${from} → ${to}`);
    else if (!isAt)
      this.#broken('inverted', of, `told ${told}, then ${from} → ${to}: a step in between is missing`);
    if (!ended(told) && ended(to)) this.#settled++;
    if (isForward(told, to)) this.#told.set(place, states.indexOf(to) | (reason ? withReason : 0));
  }

  #outAsked({ id, to = 'accepted' }: Entry): void {
    const told = this.#stateAt(this.#ids.add(id).place);
    if (told !== to)
      this.#broken(
        isForward(told, to) ? 'lost' : 'regressed',
        { conversation: undefined, number: undefined, id },
        `the gateway says ${to}, the merchant was told ${told}`,
      );
  }

  #stateAt(place: number): State {
    // 0 is a message nothing was told about yet: it was accepted as queued
    return states[this.#told.get(place) & 127 || 1]!;
  }

  #broken(fault: Fault, of: Pick<Violation, 'conversation' | 'number' | 'id'>, why: string): void {
    if (++this.#counts[fault] <= keptPerFault) this.#kept.push({ fault, ...of, why });
  }
}

const ended = (state: State): boolean => isSuccess(state) || ends(state);
