import { z } from 'zod';
import { eventFields, midSchema, referralSchema } from '../kit/meta/events.ts';

/**
 * Messenger's shapes, loose: what Meta adds later is no error. Events are read one by one, so that one of a kind unknown here
 * cannot make a whole batch fail.
 */
export const webhookSchema = z.looseObject({
  object: z.string(),
  entry: z.array(
    z.looseObject({
      id: z.coerce.string(),
      messaging: z.array(z.unknown()).optional(),
      standby: z.array(z.unknown()).optional(),
      changes: z.array(z.unknown()).optional(),
    }),
  ),
});

const text = z.string();
const optionalText = text.optional().catch(undefined);
export const attachmentSchema = z.looseObject({
  type: text,
  title: optionalText,
  url: optionalText,
  payload: z
    .looseObject({
      url: optionalText,
      title: optionalText,
      sticker_id: z.coerce.string().optional().catch(undefined),
      coordinates: z
        .looseObject({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) })
        .optional()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
export type WireAttachment = z.infer<typeof attachmentSchema>;

export const eventSchema = z.looseObject({
  ...eventFields,
  message: z
    .looseObject({
      mid: midSchema,
      text: optionalText,
      is_echo: z.boolean().optional().catch(undefined),
      is_deleted: z.boolean().optional().catch(undefined),
      quick_reply: z.looseObject({ payload: text }).optional().catch(undefined),
      reply_to: z.looseObject({ mid: optionalText }).optional().catch(undefined),
      attachments: z.array(attachmentSchema).optional().catch(undefined),
      referral: referralSchema.optional().catch(undefined),
    })
    .optional(),
  delivery: z.looseObject({ mids: z.array(midSchema).optional(), watermark: z.number() }).optional(),
  read: z.looseObject({ watermark: z.number() }).optional(),
});
export type WireEvent = z.infer<typeof eventSchema>;

/** Answer of `POST /{page_id}/messages`; a sender action has no message id. */
export const sentSchema = z
  .looseObject({ message_id: text.min(1).optional(), recipient_id: z.coerce.string().optional() })
  .refine(({ message_id, recipient_id }) => message_id !== undefined || recipient_id !== undefined)
  .transform(({ message_id }) => (message_id === undefined ? {} : { id: message_id }));

/** Answer of `POST /{page_id}/message_attachments`. */
export const attachmentIdSchema = z
  .looseObject({ attachment_id: z.coerce.string().min(1) })
  .transform(({ attachment_id }) => ({ attachment_id }));

export const pageSchema = z.looseObject({ id: z.coerce.string(), name: optionalText });
