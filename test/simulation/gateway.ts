import type { Accepted, InboundItem } from '../../connectors/contract/index.ts';
import type { SendInput } from '../../gateway/messages/send.ts';
import type { MortalStore } from './mortal.ts';

/** What a merchant sends. */
export interface Sending {
  merchantId: string;
  /** Also its idempotency key: no two messages have the same. */
  text: string;
  input: Omit<SendInput, 'content'>;
}

/** One life of the engine, from its start to its crash: accept, send, dispatch, fallbacks, outbox and webhooks, put together as `main.ts` does. */
export interface Life {
  accept(accountId: string, items: InboundItem[]): Promise<Accepted[]>;
  /** The id of the message. Rejects where the request is refused. */
  send(of: Sending): Promise<string>;
  /** Takes a message back; false where it is too late. */
  cancel(of: { merchantId: string; messageId: string }): Promise<boolean>;
  /** The next units of work are rejected by the ledger. */
  failWrites(count: number): void;
  endAt: MortalStore['endAt'];
  /** Throws away everything in memory. What it had asked of anybody is answered to nobody. */
  crash(): void;
}
