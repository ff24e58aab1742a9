import type { Repositories, Store, Tx } from '../../gateway/store/port.ts';

/** At which of the next commits a life ends: before it, or after it and without hearing of it. */
export interface Ending {
  commits: number;
  when: 'before' | 'after';
  onEnd: () => void;
}

/** A ledger as one life of the gateway sees it. */
export interface MortalStore {
  store: Store;
  isAlive(): boolean;
  /** Asks somebody else; what comes after the end is heard by nobody. */
  guarded<T>(ask: () => Promise<T>): Promise<T>;
  /** From now on nothing is written, nothing is read and nobody hears of anything, as after `kill -9`. */
  die(): void;
  /** Dies by itself, somewhere in the middle of the work. */
  endAt(ending: Ending): void;
  /** Rejects this many of the next units, with nothing written: a disk that is full. */
  failing: number;
}

const never = new Promise<never>(() => {});

export function mortal(store: Store): MortalStore {
  let alive = true;
  let ending: Ending | undefined;
  const end = () => {
    if (!alive) return;
    alive = false;
    ending?.onEnd();
  };
  const guarded = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (!alive) return never;
    const value = await ask();
    return alive ? value : never;
  };
  const reads = (repository: object) =>
    Object.fromEntries(
      Object.entries(repository).map(([name, ask]: [string, (...args: unknown[]) => Promise<unknown>]) => [
        name,
        (...args: unknown[]) => (alive ? ask(...args).then((value) => (alive ? value : never)) : never),
      ]),
    );
  const read = Object.fromEntries(
    Object.entries(store.read).map(([name, repository]) => [name, reads(repository as object)]),
  ) as unknown as Repositories;
  const write = async <T>(unit: (tx: Tx) => Promise<T>): Promise<T> => {
    if (!alive) return never;
    const when = ending && --ending.commits === 0 ? ending.when : undefined;
    try {
      const value = await store.write(async (tx) => {
        if (when === 'before') end();
        // killed before the commit: as if it had never been
        if (!alive) throw new Error('killed');
        if (made.failing > 0) {
          made.failing--;
          throw new Error('the disk is full');
        }
        if (when === 'after') tx.afterCommit(end);
        return unit({ ...tx, afterCommit: (hook) => tx.afterCommit(() => alive && hook()) });
      });
      // killed after it: written, and nobody knows
      return alive ? value : await never;
    } catch (error) {
      if (!alive) return never;
      throw error;
    }
  };
  const made: MortalStore = {
    failing: 0,
    isAlive: () => alive,
    guarded,
    die: () => void (alive = false),
    endAt: (at) => void (ending = at),
    store: { ...store, read, write },
  };
  return made;
}
