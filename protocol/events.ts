import { z } from 'zod';
import { addressSchema } from './address.ts';
import { deliveryStateSchema } from './delivery.ts';
import { failureSchema } from './failures.ts';
import { idSchema } from './ids.ts';
import { answerSchema, channelSchema, messageSchema, timeSchema } from './messages.ts';

/** Facts that the gateway states, by type. Each schema is the envelope's `data`. */
export const eventData = {
  /** A consumer wrote. Once per platform message, however often the platform repeats it. */
  'message.received': messageSchema,
  /** A delivery went into another state. States only move forward. */
  'delivery.updated': z.strictObject({
    message_id: idSchema('message'),
    conversation_id: idSchema('conversation'),
    account_id: idSchema('account'),
    channel: channelSchema,
    address: addressSchema,
    state: deliveryStateSchema,
    previous: deliveryStateSchema,
    failure: failureSchema.optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    occurred_at: timeSchema,
  }),
  /** A question was answered; the inbound message itself is in its own `message.received`. */
  'choice.answered': answerSchema.extend({
    answered_by: idSchema('message'),
    conversation_id: idSchema('conversation'),
  }),
  /** The first message between a merchant and a consumer opened their conversation. */
  'conversation.opened': z.strictObject({
    conversation_id: idSchema('conversation'),
    consumer_id: idSchema('consumer'),
    account_id: idSchema('account'),
    channel: channelSchema,
  }),
  /** An address now belongs to another consumer, because the merchant linked two. */
  'consumer.linked': z.strictObject({
    consumer_id: idSchema('consumer'),
    merged_consumer_id: idSchema('consumer').describe('The consumer that is no more'),
    conversation_id: idSchema('conversation'),
    addresses: z.array(addressSchema),
  }),
  'consumer.opted_out': z.strictObject({
    consumer_id: idSchema('consumer'),
    address: addressSchema,
    message_id: idSchema('message'),
  }),
  'consumer.opted_in': z.strictObject({
    consumer_id: idSchema('consumer'),
    address: addressSchema,
    message_id: idSchema('message'),
  }),
  /** A live signal; never stored in a conversation. */
  'consumer.typing': z.strictObject({
    conversation_id: idSchema('conversation'),
    consumer_id: idSchema('consumer'),
    on: z.boolean(),
  }),
  'media.ready': z.strictObject({
    media_id: idSchema('media'),
    message_id: idSchema('message'),
    media_type: z.string(),
    bytes: z.int().nonnegative(),
    sha256: z.string(),
  }),
  'media.failed': z.strictObject({
    media_id: idSchema('media'),
    message_id: idSchema('message'),
    failure: failureSchema,
  }),
  'webhook_endpoint.disabled': z.strictObject({
    endpoint_id: idSchema('endpoint'),
    reason: z.enum(['failing', 'gone']),
    since: timeSchema,
  }),
} as const;

export type EventType = keyof typeof eventData;
export const eventTypes = Object.keys(eventData) as [EventType, ...EventType[]];
export const eventTypeSchema = z.enum(eventTypes);
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
