import { z } from 'zod';
import { eventFields, midSchema, referralSchema } from '../kit/meta/events.ts';

/** Instagram's shapes, loose: what Meta adds later is no error. Events are read one by one, so that one cannot spoil a batch. */
export const webhookSchema = z.looseObject({
  object: z.string(),
  entry: z.array(
    z.looseObject({
      id: z.coerce.string(),
      messaging: z.array(z.unknown()).optional().catch(undefined),
      standby: z.array(z.unknown()).optional().catch(undefined),
      changes: z.array(z.unknown()).optional().catch(undefined),
    }),
  ),
});

/** The test button of the dashboard sends events as changes, under the name of their field. */
export const changeSchema = z.looseObject({ field: z.string(), value: z.unknown() });

const optionalText = z.string().optional().catch(undefined);
const optionalFlag = z.boolean().optional().catch(undefined);
const optionalId = z.coerce.string().optional().catch(undefined);

const attachmentSchema = z.looseObject({
  type: z.string(),
  payload: z.looseObject({ url: optionalText, title: optionalText }).nullish().catch(undefined),
});
export type WireAttachment = z.infer<typeof attachmentSchema>;

export const eventSchema = z.looseObject({
  ...eventFields,
  message: z
    .looseObject({
      mid: midSchema,
      text: optionalText,
      is_echo: optionalFlag,
      is_self: optionalFlag,
      is_deleted: optionalFlag,
      quick_reply: z.looseObject({ payload: z.string() }).optional().catch(undefined),
      reply_to: z
        .looseObject({
          mid: midSchema.optional().catch(undefined),
          story: z.looseObject({ id: optionalId, url: optionalText }).optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
      attachments: z.array(attachmentSchema).optional().catch(undefined),
      referral: referralSchema.optional().catch(undefined),
    })
    .optional(),
  read: z.looseObject({ mid: midSchema }).optional(),
});
export type WireEvent = z.infer<typeof eventSchema>;

/** Answer of `POST /{id}/messages`; a sender action has no message id. */
export const sentSchema = z
  .looseObject({ message_id: z.string().min(1).optional(), recipient_id: optionalId })
  .refine(({ message_id, recipient_id }) => message_id !== undefined || recipient_id !== undefined)
  .transform(({ message_id }) => (message_id === undefined ? {} : { id: message_id }));

/** Answer of `POST /{page_id}/message_attachments`. */
export const attachmentIdSchema = z
  .looseObject({ attachment_id: z.coerce.string().min(1) })
  .transform(({ attachment_id }) => ({ attachment_id }));

/** Answer of `GET /me`, or of the Page. */
export const meSchema = z.looseObject({
  user_id: optionalId,
  username: optionalText,
  name: optionalText,
  instagram_business_account: z.looseObject({ id: z.coerce.string() }).optional().catch(undefined),
});
