import { z } from 'zod';

/** LINE's shapes, loose: "Recommending the implementation with anticipation of JSON object structure changes". Events are read one by one. */
export const webhookSchema = z.looseObject({ events: z.array(z.unknown()) });

const optionalText = z.string().optional().catch(undefined);
const id = z.string().min(1).max(256);

const messageSchema = z.looseObject({
  id,
  type: z.string(),
  text: optionalText,
  quotedMessageId: id.optional().catch(undefined),
  contentProvider: z
    .looseObject({ type: z.string(), originalContentUrl: optionalText })
    .optional()
    .catch(undefined),
  fileName: optionalText,
  title: optionalText,
  address: optionalText,
  latitude: z.number().min(-90).max(90).optional().catch(undefined),
  longitude: z.number().min(-180).max(180).optional().catch(undefined),
  packageId: optionalText,
  stickerId: optionalText,
  keywords: z.array(z.string()).optional().catch(undefined),
});
export type WireMessage = z.infer<typeof messageSchema>;

export const eventSchema = z.looseObject({
  type: z.string(),
  webhookEventId: id,
  mode: optionalText,
  timestamp: z.number().optional().catch(undefined),
  source: z.looseObject({ type: z.string(), userId: optionalText }).optional().catch(undefined),
  message: messageSchema.optional().catch(undefined),
  unsend: z.looseObject({ messageId: id }).optional().catch(undefined),
  follow: z
    .looseObject({ isUnblocked: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  postback: z
    .looseObject({
      data: z.string(),
      params: z
        .looseObject({ datetime: optionalText, date: optionalText, time: optionalText })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type WireEvent = z.infer<typeof eventSchema>;

/** Answer of `GET /v2/bot/profile/{userId}`. */
export const profileSchema = z.looseObject({ displayName: z.string(), language: optionalText });

const sentMessages = z.array(z.looseObject({ id }));
/** Answer of `POST /v2/bot/message/push`. */
export const sentSchema = z.looseObject({ sentMessages: sentMessages.min(1) });

/** `ErrorResponse`: which property was wrong, and, to a retry key that was accepted before, what was sent then. */
export const errorSchema = z.looseObject({
  details: z
    .array(z.looseObject({ property: optionalText }))
    .optional()
    .catch(undefined),
  sentMessages: sentMessages.optional().catch(undefined),
});

export const quotaSchema = z.looseObject({ type: z.string(), value: z.number().optional() });
export const consumptionSchema = z.looseObject({ totalUsage: z.number() });
export const botSchema = z.looseObject({ userId: id, displayName: optionalText, basicId: optionalText });
/** Seconds. */
export const verifiedSchema = z.looseObject({ expires_in: z.number().nonnegative() });
export const endpointSchema = z.looseObject({ endpoint: optionalText, active: z.boolean().optional() });
