import type { SendOutcome } from '../../connectors/contract/index.ts';
import type { NatsLogin } from '../bus/calls.ts';
import type { Role } from './roles.ts';

/** A breaker that is not closed. */
export interface Broken {
  accountId: string;
  state: 'open' | 'probing';
}

/** To a process at work. It reads from the ledger what changed there: a message may come late or twice, and says nothing of how. */
export type ToWork =
  | { type: 'begin'; roles: readonly Role[]; login: NatsLogin; publicUrl: string }
  | { type: 'account'; id: string }
  | { type: 'endpoint'; merchantId: string; id: string }
  | { type: 'endpoint_recovered'; id: string }
  | { type: 'metrics' }
  | { type: 'stop' };

/** From a process at work. */
export type FromWork =
  | { type: 'begun' }
  | { type: 'failed'; problem: string }
  /** How a send ended, where it tells something new of the account. */
  | { type: 'ended'; accountId: string; outcome: SendOutcome }
  /** All that are not closed, whenever that changed. */
  | { type: 'breakers'; broken: Broken[] }
  | { type: 'endpoint'; merchantId: string; id: string }
  | { type: 'metrics'; of: unknown };
