import { z } from 'zod';

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
const mid = text.min(1).max(900);
const time = z.number();

export const referralSchema = z.looseObject({
  ref: optionalText,
  source: optionalText,
  type: optionalText,
  ad_id: z.coerce.string().optional().catch(undefined),
  referer_uri: optionalText,
  ads_context_data: z.looseObject({ ad_title: optionalText }).optional().catch(undefined),
});
export type WireReferral = z.infer<typeof referralSchema>;
const referral = referralSchema.optional().catch(undefined);

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
  sender: z.looseObject({ id: z.coerce.string().min(1) }).optional(),
  recipient: z.looseObject({ id: z.coerce.string().min(1) }).optional(),
  timestamp: time.optional().catch(undefined),
  message: z
    .looseObject({
      mid,
      text: optionalText,
      is_echo: z.boolean().optional().catch(undefined),
      is_deleted: z.boolean().optional().catch(undefined),
      quick_reply: z.looseObject({ payload: text }).optional().catch(undefined),
      reply_to: z.looseObject({ mid: optionalText }).optional().catch(undefined),
      attachments: z.array(attachmentSchema).optional().catch(undefined),
      referral,
    })
    .optional(),
  postback: z
    .looseObject({ mid: mid.optional(), title: optionalText, payload: optionalText, referral })
    .optional(),
  referral: referralSchema.optional(),
  // strict in what is kept: the merchant gets it as it is
  optin: z
    .object({
      type: optionalText,
      ref: optionalText,
      payload: optionalText,
      title: optionalText,
      notification_messages_token: optionalText,
      notification_messages_frequency: optionalText,
      notification_messages_timezone: optionalText,
      notification_messages_status: optionalText,
      token_expiry_timestamp: z.number().optional().catch(undefined),
    })
    .optional(),
  reaction: z.looseObject({ mid, action: text, emoji: optionalText, reaction: optionalText }).optional(),
  message_edit: z
    .looseObject({ mid, text, num_edit: z.coerce.number().int().optional().catch(undefined) })
    .optional(),
  delivery: z.looseObject({ mids: z.array(mid).optional(), watermark: time }).optional(),
  read: z.looseObject({ watermark: time }).optional(),
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
