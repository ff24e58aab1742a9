import { z } from 'zod';
import type { EventData, EventType } from './events.ts';
import { eventData } from './events.ts';
import { idSchema } from './ids.ts';
import { timeSchema } from './messages.ts';

/**
 * The one form an event has on NATS, on webhooks and on the event stream: CloudEvents 1.0 in structured JSON
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). Extension attributes are lower case
 * and carry no content, so that routing never opens `data`.
 */
const attributes = {
  specversion: z.literal('1.0'),
  id: idSchema('event'),
  source: z.string().describe('`/merchants/{id}`'),
  subject: z.string().optional().describe('The conversation, message or endpoint it is about'),
  time: timeSchema,
  datacontenttype: z.literal('application/json'),
  merchantid: idSchema('merchant'),
  conversationid: idSchema('conversation').optional(),
  traceparent: z
    .string()
    .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional()
    .describe('W3C Trace Context'),
};

type EnvelopeOf<T extends EventType> = {
  [K in keyof typeof attributes]: z.infer<(typeof attributes)[K]>;
} & { type: T; data: EventData<T> };

/** An envelope, discriminated by `type`. */
export type Envelope = { [T in EventType]: EnvelopeOf<T> }[EventType];

export const envelopeSchemas = Object.fromEntries(
  Object.entries(eventData).map(([type, data]) => [
    type,
    z.strictObject({ ...attributes, type: z.literal(type), data }),
  ]),
) as unknown as { [T in EventType]: z.ZodType<EnvelopeOf<T>> };

export const envelopeSchema = z
  .discriminatedUnion('type', Object.values(envelopeSchemas) as never)
  .meta({ id: 'Event' }) as unknown as z.ZodType<Envelope>;

export interface EnvelopeInput<T extends EventType> {
  id: string;
  type: T;
  merchantId: string;
  conversationId?: string | undefined;
  subject?: string | undefined;
  timeMs: number;
  traceparent?: string | undefined;
  data: EventData<T>;
}

/** Puts a fact into its envelope. Pure. */
export function envelope<T extends EventType>(input: EnvelopeInput<T>): Envelope {
  return {
    specversion: '1.0',
    id: input.id,
    source: `/merchants/${input.merchantId}`,
    type: input.type,
    subject: input.subject ?? input.conversationId,
    time: new Date(input.timeMs).toISOString(),
    datacontenttype: 'application/json',
    merchantid: input.merchantId,
    conversationid: input.conversationId,
    traceparent: input.traceparent,
    data: input.data,
  } as Envelope;
}
