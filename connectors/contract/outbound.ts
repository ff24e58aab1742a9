import type { Part } from '../../protocol/adapt/index.ts';
import type { Failure } from '../../protocol/failures.ts';

export type { Part };

/** The bytes behind a media item of the part. */
export interface OutboundMedia {
  /** A signed address of the gateway's, valid for at least a day; reachable only if PASSERELLE_PUBLIC_URL is. */
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
  | { type: 'rejected'; failure: Failure }
  | {
      type: 'throttled';
      retryAfterMs?: number;
      platformCode?: string;
      /** Left out: the whole account has to wait. */ scope?: 'address';
    }
  | { type: 'uncertain'; reason: string };
