import { z } from 'zod';
import { addressSchema } from './address.ts';
import { contentSchema, optionSchema } from './content.ts';
import { deliveryStateSchema } from './delivery.ts';
import { failureSchema } from './failures.ts';
import { idSchema } from './ids.ts';

export const directionSchema = z.enum(['inbound', 'outbound']);
export type Direction = z.infer<typeof directionSchema>;

/** The kind of platform: `sms`, `email`, `whatsapp`. Also a token of subjects. */
export const channelSchema = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/);

/** Times are RFC 3339 in UTC with milliseconds. */
export const timeSchema = z.iso.datetime();

/** The answer to one field of a form, by the field's type. */
export const fieldValueSchema = z
  .union([
    z
      .string()
      .describe(
        'text; email; phone in E.164; date as YYYY-MM-DD; the id of the option chosen; a place in words',
      ),
    z.number().describe('number'),
    z.array(optionSchema.shape.id).describe('ids of the options chosen, where several may be'),
    z
      .strictObject({
        latitude: z.number(),
        longitude: z.number(),
        name: z.string().optional(),
        address: z.string().optional(),
      })
      .describe('location'),
  ])
  .meta({ id: 'FieldValue' });
export type FieldValue = z.infer<typeof fieldValueSchema>;

const toQuestion = idSchema('message').describe('The question');
const via = z
  .enum(['payload', 'number', 'words', 'value'])
  .describe('A button press or a form sent, a number, the words of an option, or what was asked for as such');

export const choiceAnswerSchema = z.strictObject({
  type: z.literal('choice'),
  message_id: toQuestion,
  options: z
    .array(z.strictObject({ id: z.string(), title: z.string() }))
    .describe('The options chosen, in the order of the question; empty where none of them was'),
  via,
});
export const surveyAnswerSchema = z.strictObject({
  type: z.literal('survey'),
  message_id: toQuestion,
  value: z.int().describe('The step of the scale'),
  via,
});
export const formAnswerSchema = z.strictObject({
  type: z.literal('form'),
  message_id: toQuestion.describe('The form'),
  values: z
    .record(z.string(), fieldValueSchema)
    .describe('By field id: what this message answered. Fields that were skipped are left out'),
  complete: z.boolean().describe('No field is left to ask'),
  via,
});

/** An answer to an earlier question, and how it was recognised. */
export const answerSchema = z
  .discriminatedUnion('type', [choiceAnswerSchema, surveyAnswerSchema, formAnswerSchema])
  .meta({ id: 'Answer' });
export type Answer = z.infer<typeof answerSchema>;

/** A press on something the gateway didn't send: a persistent menu, an ice breaker, a start button. */
export const postbackSchema = z.strictObject({
  payload: z.string().max(4096),
  title: z.string().max(1024).optional(),
});

/** Where a consumer came from: an advertisement, a link, a QR code. */
export const referralSchema = z.strictObject({
  source: z.string().max(128),
  ref: z.string().max(4096).optional(),
  url: z.string().max(4096).optional(),
  headline: z.string().max(1024).optional(),
});

export const messageSchema = z
  .strictObject({
    id: idSchema('message'),
    conversation_id: idSchema('conversation'),
    consumer_id: idSchema('consumer'),
    account_id: idSchema('account'),
    channel: channelSchema,
    direction: directionSchema,
    address: addressSchema.describe("The consumer's side"),
    sequence: z.int().positive().describe('Place in the conversation, from 1'),
    content: contentSchema,
    reply_to: idSchema('message').optional(),
    answer: answerSchema.optional(),
    continues: idSchema('message')
      .optional()
      .describe('Outbound, written by the gateway: the form whose next question this is'),
    resends: idSchema('message').optional().describe('Outbound: the dead message that this one sends anew'),
    fallback_of: idSchema('message')
      .optional()
      .describe(
        'Outbound, written by the gateway: the message that goes this way because the way before did not work',
      ),
    fallbacks: z
      .array(
        z.strictObject({
          message_id: idSchema('message'),
          account_id: idSchema('account'),
          channel: channelSchema,
          state: deliveryStateSchema,
        }),
      )
      .optional()
      .describe('Outbound with fallbacks: those that were taken, in order'),
    outcome: deliveryStateSchema
      .optional()
      .describe(
        'Outbound with fallbacks: how far the message got by any way; `queued` while a fallback may still be taken',
      ),
    removed_at: timeSchema
      .optional()
      .describe(
        'Its content is gone, by retention or erasure: `content` is a removal that names this message itself',
      ),
    open_question: z.boolean().optional().describe('A question was open and this message answered none'),
    postback: postbackSchema.optional(),
    referral: referralSchema.optional(),
    automatic: z.boolean().optional().describe('Sent by a machine: an auto-reply, a bounce, a list'),
    metadata: z.record(z.string().max(64), z.string().max(512)).optional(),
    state: deliveryStateSchema.optional().describe('Outbound only'),
    failure: failureSchema.optional(),
    test: z.boolean().describe('True where the account is a test account'),
    created_at: timeSchema,
    occurred_at: timeSchema.optional().describe("The platform's time of an inbound message"),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof messageSchema>;

/** What one adaptation took away. */
export const lossSchema = z
  .strictObject({
    part: z.int().nonnegative(),
    what: z.string().describe('What was lost or shortened: `options`, `text`, `image`, `formatting` …'),
    why: z.string(),
    how: z.enum(['shortened', 'rewritten', 'dropped']),
  })
  .meta({ id: 'Loss' });
export type Loss = z.infer<typeof lossSchema>;
