import type { Part } from '../../protocol/adapt/index.ts';
import type { Failure } from '../../protocol/failures.ts';

export type { Part };

/** The bytes behind a media item of the part. */
export interface OutboundMedia {
  /**
   * A signed address of the gateway's, valid for at least a day; reachable only if PASSERELLE_PUBLIC_URL is. `/name.ext` may be put behind
   * its path, where a platform wants an extension there.
   */
  url: string;
  mediaType: string;
  bytes: number;
  name?: string;
  read(): Promise<Uint8Array>;
}

export interface SendRequest {
  messageId: string;
  /** Stable over every attempt at this part: the platform's idempotency key where it takes one. */
  idempotencyKey: string;
  /** The consumer's address, made by this connector. */
  address: string;
  part: Part;
  /** Media of the part by `media.id`. */
  media: ReadonlyMap<string, OutboundMedia>;
  /** The platform's id of the message answered, or that a reaction, an edit or a removal is about. */
  replyTo?: string;
  /** Provider ids of earlier messages with this address, oldest first, at most 20 (mail threads). Empty unless `capabilities.text.subject`. */
  thread: readonly string[];
  /** Subject of the thread so far, where the channel has subjects. */
  subject?: string;
  /** BCP 47: the consumer's language where it is known, for what the connector says of its own (labels, an unsubscribe line). */
  language?: string;
  /** Seconds during which delivery makes sense (SMPP validity period). */
  validForSeconds?: number;
  /** The message is promotional: here the consumer opts out with one click (RFC 8058: POST; a person's GET shows a page). */
  unsubscribeUrl?: string;
}

/**
 * How a send ended. A connector never throws to say so, and never decides by an error's text.
 * - `sent`: the platform took it. All its ids; several where one part becomes several platform messages.
 * - `rejected`: it did not, and says why. `failure.permanent` decides whether the gateway tries again.
 * - `throttled`: not now. The gateway waits `retryAfterMs` (or backs off) and sends again.
 * - `uncertain`: the request went out and the answer is not known. Never repeated blindly.
 */
export type SendOutcome =
  | {
      type: 'sent';
      providerIds: string[];
      /** The platform says at once that it arrived. */ state?: 'sent' | 'delivered';
    }
  | {
      type: 'rejected';
      failure: Failure;
      /** With a temporary failure: not before this (HTTP 503 with `Retry-After`). */ retryAfterMs?: number;
    }
  | {
      type: 'throttled';
      retryAfterMs?: number;
      platformCode?: string;
      /** Left out: the whole account has to wait. */ scope?: 'address';
    }
  | { type: 'uncertain'; reason: string };

/** A part whose outcome is unknown, as the platform is asked about it. */
export interface InquiryRequest {
  messageId: string;
  /** Of the attempt. */
  idempotencyKey: string;
  address: string;
  /** When the attempt began. Unix milliseconds. */
  sentAtMs: number;
}

/**
 * What the platform says of it.
 * - `sent`: it has it; as the same outcome of a send.
 * - `absent`: it never took it, and will not.
 * - `unknown`: it cannot say, or cannot be asked now.
 */
export type InquiryOutcome =
  | { type: 'sent'; providerIds: string[]; state?: 'sent' | 'delivered' }
  | { type: 'absent' }
  | { type: 'unknown' };

/** What is to be taken back: one message of ours, by all the ids that the platform gave for it. */
export interface RevokeRequest {
  messageId: string;
  address: string;
  /** In the order they were sent; at least one. */
  providerIds: readonly string[];
}

/**
 * What became of it.
 * - `revoked`: all of it is gone from the consumer's thread.
 * - `too_late`: it stays, or some of it, or the platform didn't say.
 * - `unsupported`: the platform has no such thing for this message.
 */
export type RevokeOutcome = 'revoked' | 'too_late' | 'unsupported';
