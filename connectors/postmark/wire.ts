import { z } from 'zod';

const line = z.string().max(4096);
const id = z.string().min(1).max(256);

/** What tells the webhooks apart: an inbound mail has no `RecordType`. */
export const recordSchema = z.looseObject({ RecordType: line.optional() });

export const inboundSchema = z.looseObject({
  FromFull: z.looseObject({ Email: line, Name: line.nullish() }),
  Subject: z.string().nullish(),
  Date: line.nullish(),
  MessageID: id,
  TextBody: z.string().nullish(),
  HtmlBody: z.string().nullish(),
  Headers: z.array(z.looseObject({ Name: line, Value: z.string() })).max(2000),
  Attachments: z
    .array(z.looseObject({ Name: z.string().nullish(), Content: z.string(), ContentType: line.nullish() }))
    .max(200)
    .nullish(),
});
export type InboundMail = z.infer<typeof inboundSchema>;

/** Deliveries, bounces, complaints and changes of a suppression, as far as they share fields. */
export const eventSchema = z.looseObject({
  MessageID: id.nullish(),
  Recipient: line.nullish(),
  Email: line.nullish(),
  Type: line.nullish(),
  DeliveredAt: line.nullish(),
  BouncedAt: line.nullish(),
  ChangedAt: line.nullish(),
  Origin: line.nullish(),
  SuppressSending: z.boolean().nullish(),
  SuppressionReason: line.nullish(),
});
export type MailEvent = z.infer<typeof eventSchema>;

export const answerSchema = z.looseObject({ ErrorCode: z.int(), MessageID: id.optional() });
export const serverSchema = z.looseObject({
  Name: z.string().max(256),
  InboundHookUrl: z.string().max(2048).nullish(),
});
