import { z } from 'zod';

/**
 * What the Bot API sends, as far as this connector reads it (https://core.telegram.org/bots/api, version in `manifest.documents`).
 * Everything else is let through unread: Telegram adds fields several times a year.
 */
const id = z.int();
/** Unix seconds. */
const seconds = z.int().nonnegative().max(8_640_000_000_000);

const userSchema = z.looseObject({
  id,
  is_bot: z.boolean(),
  first_name: z.string(),
  last_name: z.string().optional(),
  username: z.string().optional(),
  language_code: z.string().optional(),
});
const chatSchema = z.looseObject({ id, type: z.string() });

const fileFields = { file_id: z.string().min(1).max(1024), file_size: z.number().optional() };
const fileSchema = z.looseObject({
  ...fileFields,
  mime_type: z.string().optional(),
  file_name: z.string().optional(),
});
const photoSizeSchema = z.looseObject({ ...fileFields, width: z.number(), height: z.number() });
const stickerSchema = z.looseObject({
  ...fileFields,
  is_animated: z.boolean().optional(),
  is_video: z.boolean().optional(),
  emoji: z.string().optional(),
});

const locationSchema = z.looseObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  live_period: z.number().optional(),
});

const paymentSchema = z.looseObject({
  /** ISO 4217, or `XTR` for Telegram Stars. */
  currency: z.string(),
  /** In the currency's smallest units. */
  total_amount: z.int(),
  invoice_payload: z.string(),
  telegram_payment_charge_id: z.string().min(1).max(512),
});

const buttonSchema = z.looseObject({ text: z.string(), callback_data: z.string().optional() });

export const messageSchema = z.looseObject({
  message_id: id,
  /** 0 in a message that is no longer accessible. */
  date: seconds,
  edit_date: seconds.optional(),
  chat: chatSchema,
  from: userSchema.optional(),
  reply_to_message: z.looseObject({ message_id: id, chat: chatSchema.optional() }).optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(photoSizeSchema).optional(),
  video: fileSchema.optional(),
  video_note: fileSchema.optional(),
  animation: fileSchema.optional(),
  audio: fileSchema.optional(),
  voice: fileSchema.optional(),
  document: fileSchema.optional(),
  sticker: stickerSchema.optional(),
  location: locationSchema.optional(),
  venue: z.looseObject({ location: locationSchema, title: z.string(), address: z.string() }).optional(),
  contact: z
    .looseObject({ phone_number: z.string(), first_name: z.string(), last_name: z.string().optional() })
    .optional(),
  dice: z.looseObject({ emoji: z.string(), value: z.int() }).optional(),
  poll: z
    .looseObject({ question: z.string(), options: z.array(z.looseObject({ text: z.string() })) })
    .optional(),
  successful_payment: paymentSchema.optional(),
  refunded_payment: paymentSchema.optional(),
  reply_markup: z.looseObject({ inline_keyboard: z.array(z.array(buttonSchema)) }).optional(),
});
export type TelegramMessage = z.infer<typeof messageSchema>;
export type TelegramFile = z.infer<typeof fileSchema>;
export type TelegramUser = z.infer<typeof userSchema>;

const reactionTypeSchema = z.looseObject({ type: z.string(), emoji: z.string().optional() });

export const updateSchema = z.looseObject({
  update_id: id,
  message: messageSchema.optional(),
  edited_message: messageSchema.optional(),
  callback_query: z
    .looseObject({
      id: z.string().min(1).max(256),
      from: userSchema,
      message: messageSchema.optional(),
      data: z.string().max(4096).optional(),
    })
    .optional(),
  message_reaction: z
    .looseObject({
      chat: chatSchema,
      message_id: id,
      user: userSchema.optional(),
      date: seconds,
      old_reaction: z.array(reactionTypeSchema),
      new_reaction: z.array(reactionTypeSchema),
    })
    .optional(),
  /** The consumer is about to pay an invoice; the payment fails unless it is answered within 10 seconds. */
  pre_checkout_query: z.looseObject({ id: z.string().min(1).max(256) }).optional(),
  my_chat_member: z
    .looseObject({
      chat: chatSchema,
      from: userSchema.optional(),
      date: seconds.optional(),
      new_chat_member: z.looseObject({ status: z.string() }),
    })
    .optional(),
});
export type TelegramUpdate = z.infer<typeof updateSchema>;

/** What `getUpdates` gives: each is read on its own, so that an unreadable one does not hold up the others. */
export const pollSchema = z.array(z.looseObject({ update_id: id })).max(100);

/** Every answer of the Bot API has this shape, with the error in `error_code`; `description` is for people and decides nothing. */
export const answerSchema = z.union([
  z.looseObject({ ok: z.literal(true), result: z.unknown() }),
  z.looseObject({
    ok: z.literal(false),
    error_code: z.int(),
    description: z.string().optional(),
    parameters: z.looseObject({ retry_after: z.number().nonnegative().optional() }).optional(),
  }),
]);

/** The Message that a send method returns. */
export const sentMessageSchema = z.looseObject({ message_id: id, chat: z.looseObject({ id }) });
export const botSchema = z.looseObject({ id, username: z.string() });
export const filePathSchema = z.looseObject({
  file_path: z.string().min(1),
  file_size: z.number().optional(),
});
export const webhookInfoSchema = z.looseObject({ url: z.string(), pending_update_count: z.int().optional() });
