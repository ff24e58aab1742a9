/**
 * Group commit: units of work that arrive together share one transaction and so one fsync. A unit that throws takes back its own
 * writes and nobody else's: the group is then done once more, each unit in a savepoint of its own (for all groups that would cost
 * a tenth of the gateway's time, as SQLite keeps every page that a savepoint's writes touch). So a unit may run twice, and changes
 * nothing but the ledger. It awaits its repositories and nothing else: what it waits for holds everyone's transaction.
 */
export interface Transactions {
  /** False while another process writes. */
  begin(): boolean;
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
/** Groups that go in savepoints from the start, after one in which a unit threw: whoever makes units throw slows nobody down for long. */
export const carefulFor = 32;
/** How long another process that writes is waited for before it is asked for again, and left its turn after a commit. */
const busyWaitMs = 1;
const leaveTurnMs = 2;
/** Groups for which another process is left its turn after it was met. */
const politeFor = 50;

export class Committer {
  readonly #transactions: Transactions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Groups yet to go in savepoints, and to leave another process its turn. */
  #careful = 0;
  #polite = 0;
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
      let group: Waiting[] = [];
      try {
        await this.#turn();
        // with what came while it waited
        group = this.#waiting.splice(0, maxUnits);
        await this.#commit(group);
      } catch (error) {
        this.#transactions.rollback();
        if (group.length === 0) group = this.#waiting.splice(0, maxUnits);
        for (const unit of group) unit.reject(error);
      }
      // one turn of the loop between groups, so that answers go out and new requests come in
      if (this.#waiting.length > 0) await (this.#polite-- > 0 ? pause(leaveTurnMs) : pause());
    }
    this.#running = undefined;
  }

  /** Begins a transaction, as soon as no other process has one. */
  async #turn(): Promise<void> {
    while (!this.#transactions.begin()) {
      this.#polite = politeFor;
      await pause(busyWaitMs);
    }
  }

  async #commit(group: Waiting[]): Promise<void> {
    const together = this.#careful === 0;
    if (!together) this.#careful--;
    let outcomes = together ? await runTogether(group) : undefined;
    if (together && !outcomes) {
      this.#careful = carefulFor;
      this.#transactions.rollback();
      await this.#turn();
    }
    outcomes ??= await this.#runApart(group);
    this.#transactions.commit();
    this.#commits++;
    this.#units += group.length;
    for (const settle of outcomes) settle();
  }

  async #runApart(group: Waiting[]): Promise<(() => void)[]> {
    const outcomes: (() => void)[] = [];
    for (const unit of group) {
      this.#transactions.savepoint();
      unit.afterCommit.length = 0;
      try {
        const value = await unit.run();
        this.#transactions.release();
        outcomes.push(kept(unit, value));
      } catch (error) {
        this.#transactions.rollbackToSavepoint();
        outcomes.push(() => unit.reject(error));
      }
    }
    return outcomes;
  }
}

/** Undefined if a unit threw: what was written is to be taken back. */
async function runTogether(group: Waiting[]): Promise<(() => void)[] | undefined> {
  const outcomes: (() => void)[] = [];
  try {
    for (const unit of group) outcomes.push(kept(unit, await unit.run()));
    return outcomes;
  } catch {
    return undefined;
  }
}

const kept = (unit: Waiting, value: unknown) => () => {
  unit.resolve(value);
  for (const hook of unit.afterCommit) hook();
};

/** A turn of the event loop, or longer. */
const pause = (ms?: number): Promise<void> =>
  new Promise((resolve) => (ms === undefined ? setImmediate(resolve) : setTimeout(resolve, ms)));
