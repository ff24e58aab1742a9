import { z } from 'zod';
import { addressSchema } from './address.ts';
import { contentSchema } from './content.ts';
import { deliveryStateSchema } from './delivery.ts';
import { failureSchema } from './failures.ts';
import { idSchema } from './ids.ts';

export const directionSchema = z.enum(['inbound', 'outbound']);
export type Direction = z.infer<typeof directionSchema>;

/** The kind of platform: `sms`, `email`, `whatsapp`. Also a token of subjects. */
export const channelSchema = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/);

/** Times are RFC 3339 in UTC with milliseconds. */
export const timeSchema = z.iso.datetime();

/** An answer to an earlier question, and how it was recognised. */
export const answerSchema = z
  .strictObject({
    message_id: idSchema('message').describe('The question'),
    options: z
      .array(z.strictObject({ id: z.string(), title: z.string() }))
      .describe('The options chosen, in order'),
    via: z
      .enum(['payload', 'number', 'words'])
      .describe('A button press, a number, or the words of an option'),
  })
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
