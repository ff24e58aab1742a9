import type { SendOutcome } from '../../connectors/contract/index.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { verdictOf } from '../dispatch/breaker.ts';

const tellEveryMs = 1000;

/** How sends end, told to the process that watches accounts: every failure, what follows one, and else one a second. */
export class EndedTold {
  readonly #now: () => number;
  readonly #tell: (accountId: string, outcome: SendOutcome) => void;
  readonly #last = new Map<string, { worked: boolean; atMs: number }>();

  constructor(now: () => number, tell: (accountId: string, outcome: SendOutcome) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  readonly ended = ({ row }: LiveAccount, outcome: SendOutcome): void => {
    const worked = verdictOf(outcome) === 'works';
    const atMs = this.#now();
    const last = this.#last.get(row.id);
    if (worked && last?.worked && atMs - last.atMs < tellEveryMs) return;
    this.#last.set(row.id, { worked, atMs });
    this.#tell(row.id, outcome);
  };
}
