import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Repositories, Store, Tx } from '../../gateway/store/port.ts';
import { openSqlite } from '../../gateway/store/sqlite.ts';

/** Memory that looks like a disk, where there is one: the real ledger, at the speed of memory. */
const memoryFolder = '/dev/shm';

/** The ledger that all seeds of a process use one after the other; emptied in between. */
export class SimulatedLedger {
  readonly #folder = mkdtempSync(
    join(existsSync(memoryFolder) ? memoryFolder : tmpdir(), 'passerelle-simulation-'),
  );
  readonly #file = join(this.#folder, 'ledger.sqlite');
  readonly store: Store = openSqlite(withSmallPages(this.#file));
  readonly #own = new Database(this.#file);
  readonly #empty: Database.Statement[];

  constructor() {
    this.#own.pragma('synchronous = OFF');
    const tables = this.#own
      .prepare("select name from sqlite_master where type = 'table' and name not like '\\_\\_%' escape '\\'")
      .pluck()
      .all() as string[];
    this.#empty = tables.map((table) => this.#own.prepare(`delete from "${table}"`));
  }

  /** Every seed begins with nothing, also with no memory of the numbers that were given out. */
  empty(): void {
    this.#own.transaction(() => {
      for (const statement of this.#empty) statement.run();
    })();
  }

  /** Keeps the ledger of a seed that failed. */
  keep(path: string): void {
    this.#own.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(this.#file, path);
  }

  async close(): Promise<void> {
    this.#own.close();
    await this.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A unit here changes a few rows on many pages, and a commit writes whole pages: small ones are less to write. */
function withSmallPages(file: string): string {
  const made = new Database(file);
  made.pragma('page_size = 1024');
  made.pragma('journal_mode = WAL');
  made.close();
  return file;
}

/** A ledger as one life of the gateway sees it. */
export interface MortalStore {
  store: Store;
  /** From now on nothing is written, nothing is read and nobody hears of anything, as after `kill -9`. */
  die(): void;
  /** Rejects this many of the next units, with nothing written: a disk that is full. */
  failing: number;
}

const never = new Promise<never>(() => {});

export function mortal(store: Store): MortalStore {
  let alive = true;
  const guarded = <T extends object>(repository: T): T =>
    Object.fromEntries(
      Object.entries(repository).map(([name, ask]: [string, (...args: unknown[]) => Promise<unknown>]) => [
        name,
        (...args: unknown[]) => (alive ? ask(...args).then((value) => (alive ? value : never)) : never),
      ]),
    ) as T;
  const read = Object.fromEntries(
    Object.entries(store.read).map(([name, repository]) => [name, guarded(repository as object)]),
  ) as Repositories;
  const made: MortalStore = {
    failing: 0,
    die: () => void (alive = false),
    store: {
      ...store,
      read,
      write: async <T>(unit: (tx: Tx) => Promise<T>): Promise<T> => {
        if (!alive) return never;
        try {
          const value = await store.write(async (tx) => {
            // killed before the commit: as if it had never been
            if (!alive) throw new Error('killed');
            if (made.failing > 0) {
              made.failing--;
              throw new Error('the disk is full');
            }
            return unit({ ...tx, afterCommit: (hook) => tx.afterCommit(() => alive && hook()) });
          });
          // killed after it: written, and nobody knows
          return alive ? value : await never;
        } catch (error) {
          if (!alive) return never;
          throw error;
        }
      },
    },
  };
  return made;
}
