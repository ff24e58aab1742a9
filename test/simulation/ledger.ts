import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Store } from '../../gateway/store/port.ts';
import { carefulFor } from '../../gateway/store/committer.ts';
import { openSqlite } from '../../gateway/store/sqlite.ts';
import { factsOf } from './facts.ts';
import type { Facts } from './facts.ts';

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

  readonly #restless: Database.Statement;
  readonly #begun: Database.Statement;

  constructor() {
    this.#own.pragma('synchronous = OFF');
    this.#restless = this.#own
      .prepare(
        `select exists (select 1 from fallback_chains where state <> 'ended')
        or exists (select 1 from deliveries where state in ('accepted', 'queued', 'uncertain'))`,
      )
      .pluck();
    this.#begun = this.#own.prepare('select message_id from deliveries where attempts > 0').pluck();
    const tables = this.#own
      .prepare("select name from sqlite_master where type = 'table' and name not like '\\_\\_%' escape '\\'")
      .pluck()
      .all() as string[];
    this.#empty = tables.map((table) => this.#own.prepare(`delete from "${table}"`));
  }

  /** After a unit that threw, groups go in savepoints for a while, which a seed must not inherit from the one before it. */
  async calm(): Promise<void> {
    for (let i = 0; i < carefulFor; i++) await this.store.write(async () => {});
  }

  /** Every seed begins with nothing, also with no memory of the numbers that were given out. */
  empty(): void {
    this.#own.transaction(() => {
      for (const statement of this.#empty) statement.run();
    })();
  }

  /** Whether every delivery is settled and every chain of fallbacks has ended. */
  isAtRest(): boolean {
    return this.#restless.get() === 0;
  }

  /** Messages that an attempt was begun at, by their ids. */
  begun(): Set<string> {
    return new Set(this.#begun.all() as string[]);
  }

  /** What is written down in the end. */
  facts(): Facts {
    return factsOf(this.#own);
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
