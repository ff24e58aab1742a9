import { z } from 'zod';
import { addressSchema } from './address.ts';
import { deliveryStateSchema } from './delivery.ts';
import { failureSchema } from './failures.ts';
import { idSchema } from './ids.ts';
import { paymentStateSchema } from './payments.ts';
import { itemSchema, moneySchema } from './content.ts';
import {
  channelSchema,
  choiceAnswerSchema,
  fieldValueSchema,
  formAnswerSchema,
  messageSchema,
  surveyAnswerSchema,
  timeSchema,
} from './messages.ts';

/** The inbound message that an answer came with; its own `message.received` goes before. */
const answered = {
  answered_by: idSchema('message'),
  conversation_id: idSchema('conversation'),
};
/** The message that an answer belongs to, where the consumer's message named one or a question was open. */
const answers = { message_id: idSchema('message').optional() };

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
  /** Options of a choice, or a reply of a card, were chosen. */
  'choice.answered': choiceAnswerSchema.omit({ type: true }).extend(answered),
  /** A step of a survey's scale was chosen. */
  'survey.answered': surveyAnswerSchema.omit({ type: true }).extend(answered),
  /** Every field of a form was answered or skipped, at once or one after the other. */
  'form.answered': formAnswerSchema.omit({ type: true, complete: true, via: true }).extend({
    values: z
      .record(z.string(), fieldValueSchema)
      .describe('By field id; fields that were skipped are left out'),
    ...answered,
    answered_by: answered.answered_by.describe('The message that completed it'),
  }),
  /** A consumer sent a place. */
  'location.shared': z.strictObject({
    ...answers,
    ...answered,
    consumer_id: idSchema('consumer'),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    address: z.string().optional(),
  }),
  /** A consumer ordered from a catalogue in the thread. */
  'order.placed': z.strictObject({
    ...answers,
    ...answered,
    consumer_id: idSchema('consumer'),
    order_id: z.string(),
    items: z.array(itemSchema),
    total: moneySchema,
  }),
  /** A platform says how a payment asked for in the thread stands. States only move forward. */
  'payment.updated': z.strictObject({
    ...answers,
    conversation_id: idSchema('conversation'),
    consumer_id: idSchema('consumer'),
    payment_id: z.string().describe("The platform's id of the payment"),
    reference: z.string().optional().describe('Of the payment request'),
    state: paymentStateSchema,
    previous: paymentStateSchema.optional(),
    amount: moneySchema.optional(),
    occurred_at: timeSchema,
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
    via: z
      .enum(['message', 'link', 'platform'])
      .describe(
        'An opt-out word, the link of a promotional message, or the platform’s own means: blocked, unsubscribed',
      ),
    message_id: idSchema('message')
      .optional()
      .describe('The message with the word, or in which the platform said so'),
    scope: z
      .literal('promotional')
      .optional()
      .describe('Only messages sent as promotional; left out: all of them'),
  }),
  'consumer.opted_in': z.strictObject({
    consumer_id: idSchema('consumer'),
    address: addressSchema,
    via: z
      .enum(['message', 'platform'])
      .optional()
      .describe('What they wrote, or the platform’s own means: unblocked, subscribed again'),
    message_id: idSchema('message'),
    scope: z
      .literal('promotional')
      .optional()
      .describe('Only messages sent as promotional; left out: all of them'),
  }),
  /** Everything a consumer said, was told and is called is gone. What waited for them was cancelled before. */
  'consumer.erased': z.strictObject({
    consumer_id: idSchema('consumer'),
    merged_consumer_ids: z.array(idSchema('consumer')).describe('Those who had been linked into it'),
    conversation_ids: z.array(idSchema('conversation')),
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
  /** A message goes to its consumer by another way, as a message of its own: a fallback was taken. */
  'message.rerouted': z.strictObject({
    message_id: idSchema('message').describe('The message as it was sent first'),
    conversation_id: idSchema('conversation'),
    from_message_id: idSchema('message').describe('The one that did not get there: the first, or a fallback'),
    from_account_id: idSchema('account'),
    to_message_id: idSchema('message').describe('The one that goes out now'),
    to_account_id: idSchema('account'),
    channel: channelSchema.describe('Where it goes now'),
    reason: z
      .string()
      .describe('A failure code, or `not_sent`, `not_delivered`, `not_read` in the time that was given'),
    revoked: z
      .enum(['revoked', 'too_late', 'unsupported'])
      .optional()
      .describe('Whether what had gone out was taken back; left out where nothing had'),
  }),
  /**
   * Sending through an account began to fail, or works again: said when it lasts, not at every failure. Or its credentials end within two
   * weeks, said once, or no longer do.
   */
  'account.updated': z.strictObject({
    account_id: idSchema('account'),
    channel: channelSchema,
    health: z
      .enum(['healthy', 'expiring', 'failing'])
      .describe('`expiring`: it works, and its credentials end within two weeks or ended'),
    previous: z
      .enum(['unknown', 'healthy', 'expiring', 'failing'])
      .describe('The same as `health` where only the end of the credentials is new'),
    credentials_expire_at: timeSchema
      .optional()
      .describe('Within two weeks; get new credentials from the platform before'),
    occurred_at: timeSchema,
  }),
} as const;

export type EventType = keyof typeof eventData;
export const eventTypes = Object.keys(eventData) as [EventType, ...EventType[]];
export const eventTypeSchema = z.enum(eventTypes);
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
