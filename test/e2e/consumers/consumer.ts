import type { Content } from '../../../protocol/content.ts';
import type { DeliveryState } from '../../../protocol/delivery.ts';
import type { Answer } from '../../../protocol/messages.ts';
import type { TestMerchant } from '../../gateway/gateway.ts';

/** An option of a question, as a person may go by it. */
export interface Choosing {
  /** From 1, as it is numbered in a text. */
  place: number;
  title: string;
}

/** A person on one channel. Everything they do and see goes through the platform, never around it. */
export interface Consumer {
  /** As the gateway knows them. */
  address: string;
  /** Resolves when the platform has handed it over. */
  writes(text: string): Promise<void>;
  /** The texts that arrived, oldest first, as the person reads them. */
  texts(): Promise<string[]>;
  /** Answers the latest question as one does on this channel. */
  answers(option: Choosing): Promise<void>;
  /** Hangs up, where there is a line to keep. */
  leaves?(): void;
}

/** One merchant's account on a platform of its own, and the people there. */
export interface Line {
  connector: string;
  channel: string;
  accountId: string;
  /** The furthest state that a delivery reaches on this channel. */
  ends: DeliveryState;
  /** How an answer is recognised. */
  via: Answer['via'];
  /** A text of the consumer's, as the merchant gets it. */
  received(text: string): Content;
  /** The n-th person: the same one, with the same address, on everybody's line. */
  consumer(n: number): Promise<Consumer>;
  close(): Promise<void>;
}

export type OpenLine = (merchant: TestMerchant) => Promise<Line>;

export const plainText = (text: string): Content => ({ kind: 'text', text });

/** Mobile numbers that are nobody's (ARCEP keeps +33 6 39 98 for fiction). */
export const phoneOf = (n: number): string => `+336399800${String(n).padStart(2, '0')}`;
