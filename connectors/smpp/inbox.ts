import type { Account, Host, InboundItem } from '../contract/index.ts';
import { createAssembly } from './assembly.ts';
import { hashOfPieces, messageOf, readShortMessage } from './inbound.ts';
import type { Piece } from './inbound.ts';
import type { Link } from './link.ts';
import type { Config, Credentials, Settings } from './manifest.ts';
import { createRepeats } from './repeats.ts';
import { ok, permanentError, temporaryError } from './status.ts';
import type { Timing } from './timing.ts';
import { decodeShortMessage, emptyId } from './wire.ts';
import type { Pdu } from './wire.ts';

/** What one account receives. It outlives connections: what a broken one left half done is finished with the next. */
export interface Inbox {
  /** Answers the SMSC when the ledger has it: ESME_ROK, or ESME_RX_T_APPN where it could not be written. */
  take(pdu: Pdu, link: Link): void;
  /** Resolves when everything that is being written is written. Pieces of incomplete messages are forgotten. */
  drain(): Promise<void>;
}

interface InboxOptions {
  host: Host<Config, Credentials, Settings>;
  /** The account as it is now. */
  account: () => Account<Config, Credentials>;
  timing: Timing;
}

/** More deliver_sm than this at once are refused for the moment. */
const maxInHand = 1000;
const threadPage = 500;
const maxThreadPages = 20;

export function createInbox({ host, account, timing }: InboxOptions): Inbox {
  const repeats = createRepeats({ now: () => host.now(), repeatMs: timing.repeatMs, lateMs: timing.lateMs });
  /** One line per consumer, so that messages keep their order and consumers don't wait for one another. */
  const lines = new Map<string, Promise<void>>();
  const working = new Set<Promise<unknown>>();
  let inHand = 0;
  let link: Link | undefined;

  function keep<T>(work: Promise<T>): Promise<T> {
    working.add(work);
    void work.finally(() => working.delete(work));
    return work;
  }

  function inLine<T>(address: string, work: () => Promise<T>): Promise<T> {
    const result = (lines.get(address) ?? Promise.resolve()).then(work);
    const end: Promise<void> = result.then(
      () => {},
      () => {},
    );
    lines.set(address, end);
    void end.then(() => lines.get(address) === end && lines.delete(address));
    return result;
  }

  async function accept(items: InboundItem[]): Promise<boolean> {
    try {
      await host.accept(account(), items);
      return true;
    } catch {
      host.log.error('smpp_accept_failed', { account: account().id });
      return false;
    }
  }

  /** The consumer's messages, newest last; only asked after a restart. */
  async function thread(address: string) {
    const entries = [];
    for (let page = 0, after = 0; page < maxThreadPages; page++) {
      const more = await host.thread(account(), address, after, threadPage);
      entries.push(...more);
      if (more.length < threadPage) break;
      after = more.at(-1)!.sequence;
    }
    return entries;
  }

  /** A message, whole or with gaps → whether it is in the ledger. */
  function acceptPieces(
    pieces: readonly (Piece | undefined)[],
  ): Promise<{ taken: boolean; answered: () => void }> {
    const { address } = pieces.find((piece) => piece !== undefined)!;
    const arrival = repeats.arrival(link!);
    return keep(
      inLine(address, async () => {
        try {
          const { providerId, answered } = await repeats.idOf(hashOfPieces(pieces), arrival, {
            address,
            thread: () => thread(address),
          });
          return { taken: await accept([messageOf(pieces, providerId, account().config)]), answered };
        } catch {
          host.log.error('smpp_thread_failed', { account: account().id });
          return { taken: false, answered: () => {} };
        }
      }),
    );
  }

  const assembly = createAssembly({
    holdMs: timing.holdMs,
    incompleteMs: () => timing.incompleteMs ?? account().config.reassembly_seconds * 1000,
    accept: acceptPieces,
  });

  function take(pdu: Pdu, from: Link): void {
    link = from;
    let open = true;
    const answer = (status: number): void => {
      if (open) inHand--;
      if (open) from.respond(pdu, status, status === ok ? emptyId : undefined);
      open = false;
    };
    inHand++;
    if (inHand > maxInHand) return answer(temporaryError);
    const message = decodeShortMessage(pdu);
    if (!message) {
      host.log.warn('smpp_unreadable_message', { account: account().id });
      return answer(permanentError);
    }
    const read = readShortMessage(message, account().config);
    if (read.type !== 'piece') {
      void keep(accept([read])).then((taken) => answer(taken ? ok : temporaryError));
    } else if (read.place) {
      assembly.add({ ...read, place: read.place }, (taken) => answer(taken ? ok : temporaryError));
    } else {
      void acceptPieces([read]).then(({ taken, answered }) => {
        answer(taken ? ok : temporaryError);
        if (taken) answered();
      });
    }
  }

  return {
    take,
    async drain() {
      assembly.clear();
      while (working.size) await Promise.all(working);
      // the answers to the SMSC follow in this turn
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
