import type { Piece } from './inbound.ts';

/**
 * Puts long messages together. A piece is acknowledged only when the whole message is in the ledger: what is lost in a crash was never
 * acknowledged, and the SMSC sends it again. An SMSC with a window of one would wait for that answer for ever, so a piece that waits
 * longer than `holdMs` is refused for the moment (a temporary error). It stays here; the SMSC goes on with the next and repeats
 * the refused one later. The repeat of a piece whose message is already in the ledger is `owed`: acknowledged at once.
 */
export interface Assembly {
  add(piece: Piece & { place: NonNullable<Piece['place']> }, answer: Answering): void;
  /** Forgets everything and refuses for the moment what is unanswered, so that the SMSC repeats it. */
  clear(): void;
}

/** Tells the SMSC what became of one deliver_sm. Only the first call counts. */
export type Answering = (taken: boolean) => void;

export interface AssemblyOptions {
  holdMs: number;
  /** An incomplete message is passed on as far as it came when this time has passed since its first piece. */
  incompleteMs: () => number;
  /** Puts a message into the ledger; `undefined` stands where a piece never came. `answered` is called after the SMSC was told. */
  accept(pieces: readonly (Piece | undefined)[]): Promise<{ taken: boolean; answered: () => void }>;
}

interface Series {
  pieces: Map<number, Piece>;
  total: number;
  /** Unanswered deliver_sm of these pieces, by the hash of the piece. */
  waiting: { hash: string; answer: Answering; timer: NodeJS.Timeout }[];
  /** Hashes of pieces that were refused for the moment and will come again. */
  refused: Set<string>;
  timer: NodeJS.Timeout;
}

const maxSeries = 1000;
const maxOwed = 10_000;

export function createAssembly({ holdMs, incompleteMs, accept }: AssemblyOptions): Assembly {
  const open = new Map<string, Series>();
  const owed = new Set<string>();

  async function finish(key: string, series: Series): Promise<void> {
    open.delete(key);
    clearTimeout(series.timer);
    for (const { timer } of series.waiting) clearTimeout(timer);
    const { taken, answered } = await accept(
      Array.from({ length: series.total }, (_, index) => series.pieces.get(index + 1)),
    );
    const answeredNow = new Set(series.waiting.map(({ hash }) => hash));
    if (taken) for (const hash of series.refused) if (!answeredNow.has(hash)) owed.add(hash);
    for (const hash of owed) {
      if (owed.size <= maxOwed) break;
      owed.delete(hash);
    }
    for (const { answer } of series.waiting) answer(taken);
    if (taken) answered();
  }

  function begin(key: string, total: number): Series {
    const series: Series = {
      pieces: new Map(),
      total,
      waiting: [],
      refused: new Set(),
      timer: setTimeout(() => void finish(key, series), incompleteMs()),
    };
    series.timer.unref();
    open.set(key, series);
    return series;
  }

  return {
    add(piece, answer) {
      const { series: key, total, number } = piece.place;
      if (owed.delete(piece.hash)) return answer(true);
      const same = open.get(key)?.pieces.get(number);
      // another text under the same reference: the phone has counted round, and the old message will never be whole
      if (same && same.hash !== piece.hash) void finish(key, open.get(key)!);
      if (!open.has(key) && open.size >= maxSeries) return answer(false);
      const series = open.get(key) ?? begin(key, total);
      series.pieces.set(number, piece);
      const timer = setTimeout(() => {
        series.waiting = series.waiting.filter((one) => one.timer !== timer);
        series.refused.add(piece.hash);
        answer(false);
      }, holdMs);
      timer.unref();
      series.waiting.push({ hash: piece.hash, answer, timer });
      if (series.pieces.size === total) void finish(key, series);
    },
    clear() {
      for (const { timer, waiting } of open.values()) {
        clearTimeout(timer);
        for (const one of waiting) {
          clearTimeout(one.timer);
          one.answer(false);
        }
      }
      open.clear();
    },
  };
}
