import { z } from 'zod';

/**
 * Viber's numbers of messages are larger than what JavaScript holds exactly: as numbers, two of them could become one, and a message be
 * taken for a repetition. They are read as they are written (ECMA-262 2026, JSON.parse source text access).
 */
export function exactJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.parse(text, exactNumber as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

const exactNumber = (key: string, value: unknown, context?: { source?: string }): unknown =>
  key === 'message_token' && typeof value === 'number' ? (context?.source ?? String(value)) : value;

const token = z.string().min(1).max(64);
const userId = z.string().min(1).max(128);
const optionalText = z.string().optional().catch(undefined);
const optionalNumber = z.coerce.number().optional().catch(undefined);

const userSchema = z.looseObject({ id: userId, name: optionalText, language: optionalText });
export type WireUser = z.infer<typeof userSchema>;

const messageSchema = z.looseObject({
  type: z.string(),
  text: optionalText,
  media: optionalText,
  file_name: optionalText,
  sticker_id: z.coerce.string().optional().catch(undefined),
  contact: z
    .looseObject({ name: optionalText, phone_number: z.coerce.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  location: z
    .looseObject({ lat: z.coerce.number().min(-90).max(90), lon: z.coerce.number().min(-180).max(180) })
    .optional()
    .catch(undefined),
});
export type WireMessage = z.infer<typeof messageSchema>;

/** "Callbacks": one request is one event. Loose: Viber adds fields, and new events. */
export const callbackSchema = z.looseObject({
  event: z.string(),
  timestamp: optionalNumber,
  message_token: token.optional().catch(undefined),
  user_id: userId.optional().catch(undefined),
  sender: userSchema.optional().catch(undefined),
  user: userSchema.optional().catch(undefined),
  message: messageSchema.optional().catch(undefined),
  context: optionalText,
  subscribed: z.boolean().optional().catch(undefined),
});
export type WireCallback = z.infer<typeof callbackSchema>;

/** Viber answers 200 to everything: `status` says how it went. */
export const answerSchema = z.looseObject({
  status: z.int(),
  message_token: token.optional().catch(undefined),
  name: optionalText,
  uri: optionalText,
  webhook: optionalText,
});

/** Answer of `get_online`. */
export const onlineSchema = z.looseObject({
  status: z.int(),
  users: z
    .array(z.looseObject({ id: z.string(), online_status: z.int() }))
    .optional()
    .catch(undefined),
});
