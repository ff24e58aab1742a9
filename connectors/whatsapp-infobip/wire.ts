import { z } from 'zod';

/** Infobip's shapes, loose: "WhatsApp API" (OpenAPI, as of the Java client 7.0.0). */
const text = z.string();
const optionalText = text.optional().catch(undefined);
const loose = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape).optional().catch(undefined);
const optionalNumber = z.number().optional().catch(undefined);
const id = text.min(1).max(1024);

/** Inbound messages and reports alike. */
export const reportsSchema = z.looseObject({ results: z.array(z.unknown()) });

const status = loose({ groupId: optionalNumber, groupName: optionalText, name: optionalText });

/** A delivery report, or one that it was seen. */
export const receiptSchema = z.looseObject({
  messageId: id,
  doneAt: optionalText,
  seenAt: optionalText,
  status,
  error: loose({ name: optionalText }),
});
export type InfobipReceipt = z.infer<typeof receiptSchema>;

export const messageSchema = z.looseObject({
  messageId: id,
  from: optionalText,
  receivedAt: optionalText,
  contact: loose({
    name: optionalText,
    phoneNumber: optionalText,
    userId: optionalText,
    parentUserId: optionalText,
    username: optionalText,
  }),
  message: z.looseObject({
    type: text,
    context: loose({ id: optionalText, referredProduct: loose({ productRetailerId: optionalText }) }),
    referral: loose({
      sourceType: optionalText,
      sourceId: optionalText,
      sourceUrl: optionalText,
      headline: optionalText,
      ctwaClickId: optionalText,
    }),
    text: optionalText,
    url: optionalText,
    caption: optionalText,
    latitude: optionalNumber,
    longitude: optionalNumber,
    name: optionalText,
    address: optionalText,
    payload: optionalText,
    id: optionalText,
    title: optionalText,
    emoji: optionalText,
    action: optionalText,
    response: z.record(z.string(), z.unknown()).optional().catch(undefined),
  }),
});
export type InfobipEvent = z.infer<typeof messageSchema>;
export type InfobipMessage = InfobipEvent['message'];

const sent = z.looseObject({ messageId: id, status });

/** Of one message, or of a bulk of one. */
export const sentSchema = z.union([
  z.looseObject({ messages: z.array(sent).min(1) }).transform(({ messages }) => messages[0]!),
  sent,
]);

/** A refusal: as interfaces of today have it, and as those of before. */
export const refusedSchema = z.looseObject({
  errorCode: optionalText,
  requestError: loose({ serviceException: loose({ messageId: optionalText }) }),
});

/** Those of the senders asked about that are the account's. */
export const sendersSchema = z.looseObject({
  results: z.array(z.looseObject({ sender: text, status: optionalText, qualityRating: optionalText })),
});
