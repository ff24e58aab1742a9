import { z } from 'zod';

/** Infobip's shapes, loose: "Kakao API" (OpenAPI 3.210.0). */
const text = z.string();
const optionalText = text.optional().catch(undefined);
const optionalUrl = z
  .url({ protocol: /^https?$/ })
  .max(4096)
  .optional()
  .catch(undefined);
const id = text.min(1).max(1024);
const named = z.looseObject({
  groupId: z.int().optional().catch(undefined),
  groupName: optionalText,
  name: optionalText,
});
const state = named.optional().catch(undefined);

export const resultsSchema = z.looseObject({ results: z.array(z.unknown()) });

export const receiptSchema = z.looseObject({
  messageId: id,
  doneAt: optionalText,
  status: named,
  error: state,
});
export type WireReceipt = z.infer<typeof receiptSchema>;

export const messageSchema = z.looseObject({
  messageId: id,
  sender: text,
  receivedAt: optionalText,
  message: z.looseObject({
    type: text,
    sentAt: optionalText,
    text: optionalText,
    extra: optionalText,
    attachmentUrl: optionalUrl,
    url: optionalUrl,
    urlsDetails: z
      .array(z.looseObject({ url: optionalUrl }))
      .max(100)
      .optional()
      .catch(undefined),
  }),
});
export type WireMessage = z.infer<typeof messageSchema>;

export const sentSchema = z.looseObject({
  messages: z.tuple([z.looseObject({ messageId: id, status: state })], z.unknown()),
});
export const refusedSchema = z.looseObject({ errorCode: optionalText });
