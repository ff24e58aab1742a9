import type { Content } from '../../protocol/content.ts';
import type { DeliveryState } from '../../protocol/delivery.ts';
import type { Answer } from '../../protocol/messages.ts';
import type { Account } from './account.ts';
import type { HttpClient } from './http.ts';
import type { Accepted, InboundItem } from './inbound.ts';

/** Logs are an event name and fields; never content, secrets or addresses. */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** What every call into a connector gets. */
export interface Context {
  http: HttpClient;
  log: Log;
  /** Unix milliseconds. */
  now(): number;
  /** `size` random bytes. */
  random(size: number): Uint8Array;
  /** Aborted when the gateway stops or gives up on the call. */
  signal: AbortSignal;
  /**
   * For platforms whose credentials are good once (a refresh token that its use replaces): how to keep those that come instead, before the
   * call that they were got for. Undefined for an account that is not saved as it is given (it is being tried, or was changed meanwhile):
   * then nothing may be spent. Resolves once they are sealed with the account, from another process too; rejects if that is not known.
   */
  renewal?(account: Account): ((fields: Readonly<Record<string, string>>) => Promise<void>) | undefined;
}

/** One message of a thread, as the consumer's own client may see it. */
export interface ThreadEntry {
  messageId: string;
  /** Place in the conversation; gaps are messages on other channels. */
  sequence: number;
  direction: 'inbound' | 'outbound';
  content: Content;
  /** Outbound only: payloads for what can be pressed. */
  payloads?: string[];
  /** Outbound only. */
  state?: DeliveryState;
  /** Inbound only: the id given by the client. */
  providerId?: string;
  /** Inbound only: which question it answered, and how. */
  answer?: Answer;
  atMs: number;
}

/**
 * What the gateway gives a connector that keeps a connection, runs a server or has pages of its own.
 * All of it is bound to this connector: no account of another one can be seen through it.
 */
export interface Host<Config, Credentials, Settings> extends Context {
  /** The connector's own settings, parsed by the manifest. */
  settings: Settings;
  /** Live accounts of this connector; changes are seen at the next call. */
  accounts(): readonly Account<Config, Credentials>[];
  account(id: string): Account<Config, Credentials> | undefined;
  /**
   * Takes items in. Resolves after the commit that survives power loss: only then may the platform be told that it arrived.
   * Rejects if the ledger cannot be written; the caller must then say so to the platform (SMTP 451, a socket error).
   */
  accept(account: Account<Config, Credentials>, items: InboundItem[]): Promise<Accepted[]>;
  /** Messages of one address on one account with `sequence > after`, oldest first, at most `limit` (500). */
  thread(
    account: Account<Config, Credentials>,
    address: string,
    after: number,
    limit: number,
  ): Promise<ThreadEntry[]>;
}
