import type { Content, Field } from '../content.ts';
import type { FailureCode } from '../failures.ts';
import type { FieldValue, Loss } from '../messages.ts';

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
  language?: string | undefined;
  /** Where the channel counts septets: write with the GSM alphabet as far as that loses no sense, and say so. Never unasked. */
  transliterate?: boolean | undefined;
  /** More parts than these are not sent; what is left is shortened, and said so. Default 20. */
  maxParts?: number;
}

export interface QuestionOption {
  id: string;
  title: string;
  /** What the consumer may type for it, where the message shows it as a number. */
  number: number | undefined;
  /** "None of these": chosen alone, and comes back as no option at all. */
  none?: true;
}

/** Where a form that is asked one field at a time stands. */
export interface FormState {
  /** The message with the form. */
  messageId: string;
  fields: Field[];
  /** Place of the field being asked; undefined where the platform shows the whole form. */
  at: number | undefined;
  /** What was answered so far, by field id. */
  values: Record<string, FieldValue>;
}

/** What is needed to read an answer back. */
export interface Question {
  type: 'choice' | 'survey' | 'form';
  /** The message that asks: the one whose payloads its buttons carry. */
  messageId: string;
  /** What can be chosen; empty for a field that is typed, and for a form shown whole. */
  options: QuestionOption[];
  /** How many of the options may be chosen together. */
  min: number;
  max: number;
  form?: FormState;
  expiresInSeconds: number;
}

/** What reading an answer needs to know. Its function must be pure. */
export interface ReadingContext {
  /** BCP 47 language of the conversation. */
  language?: string | undefined;
  /** The consumer's day, `YYYY-MM-DD`: "tomorrow" and dates without a year are read from it. */
  today?: string | undefined;
  /** E.164 of a number as people write it; without it only international numbers are read. */
  phone?: ((text: string) => string | undefined) | undefined;
}

export interface Adaptation {
  /** To send, in order. Empty where the content is dropped or refused. */
  parts: Part[];
  losses: Loss[];
  question?: Question;
  refused?: FailureCode;
}
