import type { Content } from '../content.ts';
import type { FailureCode } from '../failures.ts';
import type { Loss } from '../messages.ts';

/** One part of a delivery: content whose kind the connector declared `native`, within every limit it declared. */
export interface Part {
  content: Content;
  /** For what can be pressed in this part: the payload of each option or reply action, in their order. */
  payloads?: string[];
}

/** What adaptation needs to know of a message besides its content. Its functions must be pure. */
export interface AdaptContext {
  messageId: string;
  /** Name of the connector that will send it: guards `native` content. */
  connector: string;
  /** The gateway's signed address of a media item. */
  mediaUrl(mediaId: string): string;
  /** Size and sniffed type of a media item, once it is known. */
  mediaBytes?(mediaId: string): { bytes: number; mediaType: string } | undefined;
  /** BCP 47 language of the conversation. */
  language?: string;
  /** More parts than these are not sent; what is left is shortened, and said so. Default 20. */
  maxParts?: number;
}

/** What is needed to read an answer back. */
export interface Question {
  messageId: string;
  options: {
    id: string;
    title: string;
    /** What the consumer may type for it, where the message shows it as a number. */
    number: number | undefined;
  }[];
  expiresInSeconds: number;
}

export interface Adaptation {
  /** To send, in order. Empty where the content is dropped or refused. */
  parts: Part[];
  losses: Loss[];
  question?: Question;
  refused?: FailureCode;
}
