import { z } from 'zod';
import { languageSchema, locationContentSchema, optionIdSchema } from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import type { DeliveryState } from '../../protocol/delivery.ts';

/**
 * What the widget and the gateway say to each other: JSON, one frame per WebSocket message, the same frames in a long poll.
 * Frames from a visitor are strict and small; a frame that is none is answered by an `error` frame.
 */
export const maxFrameBytes = 65_536;
export const maxVisitorText = 8000;
/** Of one field of a form. Twenty of them and the text that tells them fit into a frame. */
export const maxFieldText = 500;
const maxFields = 20;

export const clientIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
const sequence = z.int().nonnegative();

export const visitorTextSchema = z
  .string()
  .max(maxVisitorText)
  .refine((text) => text.isWellFormed() && text.trim() !== '', 'expected well-formed text that is not blank');

/** What stands in one field of a form. Which type it has to be, the gateway knows. */
const fieldValueSchema = z.union([
  z
    .string()
    .max(maxFieldText)
    .refine((text) => text.isWellFormed()),
  z.number(),
  z.array(optionIdSchema).max(50),
  locationContentSchema.omit({ kind: true, text: true }),
]);
export type FieldValues = Record<string, z.infer<typeof fieldValueSchema>>;

const fieldValuesSchema = z
  .record(optionIdSchema, fieldValueSchema)
  .refine((values) => Object.keys(values).length <= maxFields, `expected at most ${maxFields} fields`);

export const clientFrameSchema = z.discriminatedUnion('type', [
  /** The first frame: who I am and what I have. The token goes here, for an address would end up in access logs. */
  z.strictObject({
    type: z.literal('resume'),
    token: z.string().max(4096),
    after: sequence,
    language: languageSchema.max(35).optional(),
  }),
  z.strictObject({
    type: z.literal('message'),
    /** Made by the client, kept over every repetition: the key of de-duplication. */
    client_id: clientIdSchema,
    content: z.strictObject({ kind: z.literal('text'), text: visitorTextSchema }),
    /** Of what was pressed, ticked or filled in. */
    payload: z.string().max(256).optional(),
    /** Of the form that `payload` names, by field id. */
    values: fieldValuesSchema.optional(),
  }),
  z.strictObject({ type: z.literal('typing'), on: z.boolean() }),
  /** Everything up to here has arrived. */
  z.strictObject({ type: z.literal('received'), up_to: sequence }),
  /** Everything up to here was on a visible screen. */
  z.strictObject({ type: z.literal('read'), up_to: sequence }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** One message, as the visitor's own panel may see it. */
export interface WireEntry {
  message_id: string;
  sequence: number;
  direction: 'inbound' | 'outbound';
  content: Content;
  payloads?: string[];
  /** Sent in so many parts, where it is not one: each has its receipt. */
  parts?: number;
  state?: DeliveryState;
  /** Of the visitor's own messages: the id the client gave. */
  client_id?: string;
  /** Of the visitor's own messages: the question that this one answered for good. */
  answers?: string;
  at_ms: number;
}

export type ErrorCode = 'bad_frame' | 'unauthorized' | 'origin_refused' | 'rate_limited' | 'unavailable';

export type ServerFrame =
  | { type: 'history'; entries: WireEntry[]; complete: boolean }
  | { type: 'entry'; entry: WireEntry }
  /** The message is stored: only now may the client forget it. */
  | { type: 'ack'; client_id: string; message_id?: string }
  /** The merchant has read the visitor's messages up to this one. */
  | { type: 'state'; message_id: string; state: 'read' }
  /** The visitor has read up to here, in another tab. */
  | { type: 'seen'; up_to: number }
  | { type: 'typing'; on: boolean }
  | { type: 'pong' }
  /** Long poll only: what a WebSocket says by its close code. */
  | { type: 'closed'; code: number }
  | { type: 'error'; code: ErrorCode; client_id?: string; pointer?: string; retry_after_ms?: number };

/** WebSocket close codes (4000–4999 are for applications, RFC 6455 §7.4.2). */
export const closeCodes = {
  unauthorized: 4401,
  originRefused: 4403,
  tooFast: 4429,
  goingAway: 1001,
  tooLarge: 1009,
} as const;

export const sessionRequestSchema = z.strictObject({
  token: z.string().max(4096).optional(),
  identity: z.string().max(4096).optional(),
});

export const pollRequestSchema = z.strictObject({
  poll: z.string().max(64).optional(),
  frames: z.array(z.unknown()).max(50),
});
