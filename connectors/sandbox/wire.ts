import { z } from 'zod';
import {
  contactContentSchema,
  locationContentSchema,
  moneySchema,
  optionIdSchema,
  orderContentSchema,
  paymentRequestContentSchema,
  textContentSchema,
} from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import { consumerName } from './address.ts';

/**
 * The frames between the phone page and us: JSON objects, one a WebSocket frame. Both ends are ours, so the schemas are strict.
 */
const as = z.string().regex(consumerName);
/** Made by the page, one per message; the key of de-duplication when a frame is sent again. */
export const clientIdSchema = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);

export const writable = z.discriminatedUnion('kind', [
  textContentSchema.extend({ text: textContentSchema.shape.text.max(4096) }),
  locationContentSchema,
  contactContentSchema,
  orderContentSchema,
]);

/** What stands in one field of a form. Which type it has to be, the gateway knows. */
const fieldValueSchema = z.union([
  textContentSchema.shape.text.max(1000),
  z.number(),
  z.array(optionIdSchema).max(50),
  locationContentSchema.omit({ kind: true, text: true }),
]);

/** The id by which the page knows a message that it got. */
const providerIdSchema = z.string().min(1).max(256);

export const frameSchema = z.discriminatedUnion('type', [
  /** Shows a consumer's thread: answered by `thread`. */
  z.strictObject({ type: z.literal('open'), as }),
  z.strictObject({
    type: z.literal('write'),
    as,
    id: clientIdSchema,
    content: writable,
    reply_to: providerIdSchema.optional(),
  }),
  /** What was pressed, ticked or filled in: `payload` made of what came, the words for it, and a form's values by field id. */
  z.strictObject({
    type: z.literal('press'),
    as,
    id: clientIdSchema,
    payload: z.string().min(1).max(1024),
    title: textContentSchema.shape.text.max(4096),
    values: z.record(optionIdSchema, fieldValueSchema).optional(),
  }),
  /** The consumer pays what a message asks for, or declines: no money moves. */
  z.strictObject({
    type: z.literal('pay'),
    as,
    id: clientIdSchema,
    message: providerIdSchema,
    reference: paymentRequestContentSchema.shape.reference,
    amount: moneySchema,
    state: z.enum(['paid', 'failed']),
  }),
  z.strictObject({ type: z.literal('typing'), as, on: z.boolean() }),
  /** The page shows these messages, by the ids they came with; older ones without id are seen up to now. */
  z.strictObject({
    type: z.literal('seen'),
    as,
    ids: z.array(providerIdSchema).max(500),
    all: z.boolean().optional(),
  }),
]);
export type Frame = z.infer<typeof frameSchema>;

/** One message as the page gets it. */
export interface Entry {
  message_id?: string | undefined;
  /** The id by which it is seen (outbound), or that the page gave it (inbound). */
  provider_id?: string | undefined;
  direction: 'inbound' | 'outbound';
  content: Content;
  payloads?: string[] | undefined;
  state?: string | undefined;
  /** Inbound: payloads of the options that it chose; of a form, the one that names the form. */
  pressed?: string[] | undefined;
  /** Of a payment request: how it went. */
  payment?: 'paid' | 'failed' | undefined;
  at_ms: number;
}

/** What the page is told. */
export type Told =
  | { type: 'thread'; as: string; entries: Entry[] }
  | { type: 'message'; as: string; entry: Entry }
  | { type: 'typing'; as: string; on: boolean }
  | { type: 'read'; as: string }
  | { type: 'payment'; as: string; message: string; state: 'paid' | 'failed' }
  /** A frame of the page's is safe in the ledger. */
  | { type: 'accepted'; id: string; message_id?: string | undefined }
  | { type: 'refused'; id?: string | undefined; detail: string };
