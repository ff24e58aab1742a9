import type { ConditionRow, Store, Tx } from '../store/port.ts';

/** How accounts stand beside what their merchants say of them: kept in the ledger, and here in memory. */
export class Conditions {
  readonly #rows = new Map<string, ConditionRow>();

  async load(store: Store): Promise<void> {
    for (const row of await store.read.conditions.all()) this.#rows.set(row.accountId, row);
  }

  get(accountId: string): ConditionRow {
    return this.#rows.get(accountId) ?? { accountId, setup: null, probe: null, health: null, previous: null };
  }

  /** Changes what is given; seen here once it is durable. */
  async change(tx: Tx, accountId: string, change: Partial<Omit<ConditionRow, 'accountId'>>): Promise<void> {
    await tx.conditions.put(accountId, change);
    tx.afterCommit(() => void this.#rows.set(accountId, { ...this.get(accountId), ...change }));
  }

  async remove(tx: Tx, accountId: string): Promise<void> {
    await tx.conditions.remove(accountId);
    tx.afterCommit(() => void this.#rows.delete(accountId));
  }
}
