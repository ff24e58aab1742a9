import type { ThreadEntry } from '../contract/index.ts';
import type { Link } from './link.ts';

/**
 * deliver_sm carries no message id and no time, and the SMSC repeats what was not acknowledged: word for word, under another sequence
 * number. A consumer, too, may write the same word twice. What tells them apart is whether the SMSC can know that the first was taken:
 *
 * - What arrives while the same is unanswered is a repeat.
 * - What arrives after the answer in the same connection is a new message, unless the answer came so late that the SMSC may have given up on it.
 * - After a reconnection it is a repeat, unless the SMSC had proved that it read the answer (it answered something written later).
 * - After a restart nothing is known but the ledger: within `repeatMs` the same again, once for each message of the thread that came
 *   in the last minutes before, is a repeat.
 *
 * An id is the hash of what is repeated unchanged, a dot, and the time at which it first came.
 */
export interface Repeats {
  /** To be called when a message arrives, before it waits for its turn. */
  arrival(link: Proof): Arrival;
  /** The id of a message that comes now. `thread` gives the consumer's recent messages; it is asked only after a restart. */
  idOf(
    hash: string,
    arrival: Arrival,
    ledger: { address: string; thread: () => Promise<ThreadEntry[]> },
  ): Promise<Arrived>;
}

export interface Arrival {
  link: Proof;
  atMs: number;
  /** Its place among all arrivals and answers. */
  turn: number;
}

export interface Arrived {
  providerId: string;
  /** To be called when the answer is written. */
  answered(): void;
}

/** What has to be known of a connection: how much was written, and how much of that was surely read. */
export type Proof = Pick<Link, 'mark' | 'isProven'>;

interface Seen {
  providerId: string;
  first: Arrival;
  answer?: { mark: number; atMs: number; turn: number };
}

export interface RepeatOptions {
  now(): number;
  /** How long an SMSC may take to repeat what it holds unacknowledged. */
  repeatMs: number;
  /** An answer later than this may have been given up on. */
  lateMs: number;
}

const maxSeen = 10_000;

export function createRepeats({ now, repeatMs, lateMs }: RepeatOptions): Repeats {
  const bornMs = now();
  /** Two messages never have the same time in their ids. */
  let latestMs = 0;
  let turns = 0;
  const seen = new Map<string, Seen>();
  /** Per address: ids in the ledger from before this process that no repeat has claimed yet. */
  const before = new Map<string, Promise<Set<string>>>();

  /** The unclaimed id of this very text from before the restart. */
  async function fromLedger(
    hash: string,
    address: string,
    thread: () => Promise<ThreadEntry[]>,
  ): Promise<string | undefined> {
    if (now() - bornMs > repeatMs) {
      before.clear();
      return undefined;
    }
    if (!before.has(address)) {
      const load = thread().then(
        (entries) => new Set(entries.filter(isRecent).map(({ providerId }) => providerId!)),
      );
      load.catch(() => before.delete(address));
      before.set(address, load);
    }
    const unclaimed = await before.get(address)!;
    const found = [...unclaimed].find((id) => id.startsWith(`${hash}.`));
    if (found) unclaimed.delete(found);
    return found;
  }
  const isRecent = ({ direction, providerId, atMs }: ThreadEntry): boolean =>
    direction === 'inbound' && providerId !== undefined && atMs < bornMs && atMs >= bornMs - repeatMs;

  const isRepeat = ({ first, answer }: Seen, arrival: Arrival): boolean => {
    if (arrival.atMs - first.atMs > repeatMs) return false;
    if (!answer) return true;
    if (first.link !== arrival.link) return !first.link.isProven(answer.mark);
    return arrival.turn < answer.turn || answer.atMs - first.atMs > lateMs;
  };

  return {
    arrival: (link) => ({ link, atMs: now(), turn: ++turns }),
    async idOf(hash, arrival, { address, thread }) {
      const known = seen.get(hash);
      const repeated =
        known && isRepeat(known, arrival) ? known.providerId : await fromLedger(hash, address, thread);
      if (!repeated) latestMs = Math.max(arrival.atMs, latestMs + 1);
      const entry: Seen = { providerId: repeated ?? `${hash}.${latestMs.toString(36)}`, first: arrival };
      seen.delete(hash);
      seen.set(hash, entry);
      if (seen.size > maxSeen) seen.delete(seen.keys().next().value!);
      return {
        providerId: entry.providerId,
        answered: () => (entry.answer = { mark: arrival.link.mark, atMs: now(), turn: ++turns }),
      };
    },
  };
}
