import type { Repositories } from './repositories/index.ts';

export type { Repositories };
export type { Standing } from './repositories/deliveries.ts';
export type * from './rows.ts';

/** The ledger as use cases see it. Every driver passes the suite in `store.contract.ts`. */
export interface Store {
  /** Committed data only. */
  read: Repositories;
  /**
   * Runs a unit of work in a group commit. Resolves after the commit that survives power loss. The unit awaits its
   * repositories and nothing else, and changes nothing else, for it may run twice; if it throws, its writes are taken back and the
   * promise rejects.
   */
  write<T>(unit: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * From here on reads see all that any process has committed by now; what this one has written they see without it. To be called
   * where word comes from another process.
   */
  fresh(): void;
  /** Units that wait now. */
  waiting(): number;
  counts(): { commits: number; units: number };
  /** Rejects if the store cannot answer. */
  check(): Promise<void>;
  /** Overwrites what was removed, also in the log of writes: after this it is in no file of the ledger. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

export type Tx = Repositories & {
  /** Runs once the unit is durable, before its promise resolves to the caller; not at all if it isn't. */
  afterCommit(hook: () => void): void;
};
