/**
 * Group commit: units of work that arrive together share one transaction and so one fsync. Each runs in a savepoint of its own,
 * so a unit that throws takes back its own writes and nobody else's. A unit awaits its repositories and nothing else: what it
 * waits for holds everyone's transaction.
 */
export interface Transactions {
  begin(): void;
  commit(): void;
  rollback(): void;
  savepoint(): void;
  release(): void;
  rollbackToSavepoint(): void;
}

interface Waiting {
  run(): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  afterCommit: (() => void)[];
}

const maxUnits = 256;

export class Committer {
  readonly #transactions: Transactions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #commits = 0;
  #units = 0;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  /** Commits so far and the units in them: their ratio is the size of a group. */
  get counts(): { commits: number; units: number } {
    return { commits: this.#commits, units: this.#units };
  }

  /** Units that wait or run now: what back-pressure is measured by. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves after the commit that survives power loss; rejects if the unit threw or the commit failed, with nothing written. */
  write<T>(unit: (afterCommit: (hook: () => void) => void) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const afterCommit: (() => void)[] = [];
      this.#waiting.push({
        run: () => unit((hook) => afterCommit.push(hook)),
        resolve: resolve as (value: unknown) => void,
        reject,
        afterCommit,
      });
      this.#running ??= new Promise<void>((done) => {
        setImmediate(() => void this.#drain().finally(done));
      });
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, maxUnits);
      await this.#commitGroup(group);
      // one turn of the loop between groups, so that answers go out and new requests come in
      if (this.#waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = undefined;
  }

  async #commitGroup(group: Waiting[]): Promise<void> {
    const settled: (() => void)[] = [];
    try {
      this.#transactions.begin();
      for (const unit of group) {
        this.#transactions.savepoint();
        try {
          const value = await unit.run();
          this.#transactions.release();
          settled.push(() => {
            unit.resolve(value);
            for (const hook of unit.afterCommit) hook();
          });
        } catch (error) {
          this.#transactions.rollbackToSavepoint();
          settled.push(() => unit.reject(error));
        }
      }
      this.#transactions.commit();
    } catch (error) {
      this.#transactions.rollback();
      for (const unit of group) unit.reject(error);
      return;
    }
    this.#commits++;
    this.#units += group.length;
    for (const settle of settled) settle();
  }
}
