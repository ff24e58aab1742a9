import type { Content, Money } from '../../protocol/content.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { PaymentState } from '../../protocol/payments.ts';

/**
 * What a platform tells, in our words. `parse` is pure: the same bytes give the same items, no clock, no network.
 * What it doesn't know becomes `ignored`, never an exception.
 */
export type InboundItem = InboundMessage | InboundReceipt | InboundSignal | InboundPayment | InboundIgnored;

/** The consumer who speaks. `address` is the key; `aliases` are further addresses of the same person that the platform vouches for. */
export interface InboundSender {
  address: string;
  aliases?: string[];
  name?: string;
  /** BCP 47. */
  language?: string;
}

export interface InboundMessage {
  type: 'message';
  /** The platform's id of this message, the key of de-duplication. Platforms without ids: a hash of the content and its time. */
  providerId: string;
  sender: InboundSender;
  /** Media in it may carry `id: <key of media>` instead of an address. */
  content: Content;
  /** Media of this message by the key that `content` uses as `media.id`. */
  media?: Record<string, InboundMedia>;
  /** The platform's time, Unix milliseconds. */
  atMs?: number;
  /** The platform's id of the message that this one answers; also the target of a reaction, an edit or a removal. */
  replyTo?: string;
  /** What a pressed button carried: either a payload of ours or, if not, a postback of the merchant's own. */
  payload?: string;
  /** A form filled in on the platform: its values by field id. `payload` names the form (`formPayload`). */
  values?: Record<string, unknown>;
  referral?: { source: string; ref?: string; url?: string; headline?: string };
  /** A machine wrote this (auto-reply, list). It never opens a window and never answers a question. */
  automatic?: boolean;
  /** What the platform says by this of the consumer's consent. */
  consent?: InboundConsent;
}

/**
 * The consumer let the account write to them, or forbade it, by the platform's own means: blocked it, unsubscribed, followed it again. It
 * comes with a message whose content says so for people (`native`, with the platform's own words as payload), which is `automatic` unless
 * they pressed something of the merchant's. It holds as a word of opting out or in does; an opt-out of all messages ends also when the
 * consumer writes again, and leaves no trace of somebody whom the merchant never met. Nothing is guessed from a failed send.
 */
export interface InboundConsent {
  state: 'opted_out' | 'opted_in';
  /** `promotional`: only messages sent as promotional ("stop marketing"). Left out: all of this account. */
  scope?: 'promotional';
  /** The platform's own name for it, for the trace: `unfollow`, `user_preferences.stop`. At most 64 characters, no content. */
  statement: string;
}

/** Where the bytes of an inbound media item are. `reference` is handed to `fetchMedia` of the same connector. */
export type InboundMedia =
  | { bytes: Uint8Array; mediaType?: string; name?: string }
  | { reference: string; mediaType?: string; name?: string; bytes?: undefined };

/** What the platform says of a message sent earlier. It may come before the answer to the send; the gateway keeps it. */
export interface InboundReceipt {
  type: 'receipt';
  /** All ways to write the id that the platform may have given at the send (SMPP: hex and decimal). The first known one counts. */
  providerIds: string[];
  state: 'sent' | 'delivered' | 'read' | 'failed';
  failure?: Failure;
  atMs?: number;
  /** `read` of platforms that mark everything up to a time (Messenger watermark), Unix milliseconds. Then `address` is set and `providerIds` may be empty. */
  upToMs?: number;
  address?: string;
}

/** How a payment asked for in the thread stands, as the platform says. A notice repeated or late changes nothing. */
export interface InboundPayment {
  type: 'payment';
  /** The platform's id of the payment, the same in every notice about it. */
  providerId: string;
  sender: InboundSender;
  state: PaymentState;
  /** The `reference` of the payment request, where the platform gives it back. */
  reference?: string;
  /** The platform's id of the message with the request, where it names one. */
  replyTo?: string;
  amount?: Money;
  atMs?: number;
}

export interface InboundSignal {
  type: 'signal';
  sender: InboundSender;
  signal: 'typing' | 'typing_stopped';
}

/** Understood, and of no concern: an own echo, an unknown event. `reason` is for the trace; no content in it. */
export interface InboundIgnored {
  type: 'ignored';
  reason: string;
}

/** What `parse` made of a request. A refusal becomes a 4xx problem that says where. */
export type Parsed =
  | {
      ok: true;
      items: InboundItem[];
      /** What to answer the platform; default 200 with an empty body. */ response?: {
        status: number;
        headers?: Record<string, string>;
        body?: string;
      };
    }
  | { ok: false; status: 400 | 413 | 415 | 422; detail: string; pointer?: string };

/** What became of one accepted item. `messageId` is set for messages, also for repeated ones. */
export interface Accepted {
  duplicate: boolean;
  messageId?: string;
}
