import { z } from 'zod';

/**
 * The Cloud API's shapes, loose: what Meta adds later is no error. Only what is read is named here. A message is read on its
 * own, by its type, so that one of a kind unknown here cannot make a whole batch fail (Meta would repeat it for a week).
 */
export const webhookSchema = z.looseObject({
  object: z.string(),
  entry: z.array(
    z.looseObject({
      changes: z.array(
        z.looseObject({
          field: z.string(),
          value: z.looseObject({
            metadata: z.looseObject({ phone_number_id: z.string() }).optional(),
            contacts: z.array(z.unknown()).optional(),
            messages: z.array(z.unknown()).optional(),
            statuses: z.array(z.unknown()).optional(),
            user_preferences: z.array(z.unknown()).optional(),
            errors: z.array(z.unknown()).optional(),
          }),
        }),
      ),
    }),
  ),
});
export type WebhookValue = z.infer<typeof webhookSchema>['entry'][number]['changes'][number]['value'];

const text = z.string();
export const optionalText = text.optional().catch(undefined);

export const contactSchema = z.looseObject({
  profile: z.looseObject({ name: optionalText, username: optionalText }).optional().catch(undefined),
  wa_id: optionalText,
  user_id: optionalText,
  parent_user_id: optionalText,
});
export type WireContact = z.infer<typeof contactSchema>;

export const errorsSchema = z.array(
  z.looseObject({ code: z.coerce.number().int(), title: optionalText, message: optionalText }),
);

/** "user_preferences webhook reference": marketing messages stopped or resumed in WhatsApp's own settings. */
export const preferenceSchema = z.looseObject({
  wa_id: optionalText,
  user_id: optionalText,
  category: text,
  value: text,
  timestamp: z.union([text, z.number()]).optional().catch(undefined),
});

export const messageSchema = z.looseObject({
  id: text.min(1).max(1024),
  type: text,
  from: optionalText,
  from_user_id: optionalText,
  from_parent_user_id: optionalText,
  group_id: optionalText,
  timestamp: z.union([text, z.number()]).optional().catch(undefined),
  context: z
    .looseObject({
      id: optionalText,
      referred_product: z.looseObject({ product_retailer_id: optionalText }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  referral: z
    .looseObject({
      source_type: optionalText,
      source_id: optionalText,
      source_url: optionalText,
      headline: optionalText,
      ctwa_clid: optionalText,
    })
    .optional()
    .catch(undefined),
});
export type WireMessage = z.infer<typeof messageSchema>;

export const statusSchema = z.looseObject({
  id: text.min(1).max(1024),
  status: text,
  timestamp: z.union([text, z.number()]).optional().catch(undefined),
  errors: errorsSchema.optional().catch(undefined),
});

/** What stands under a message's own type. */
export const bodies = {
  text: z.looseObject({ body: text }),
  media: z.looseObject({
    id: text.min(1),
    mime_type: optionalText,
    caption: optionalText,
    filename: optionalText,
  }),
  location: z.looseObject({
    latitude: z.coerce.number().min(-90).max(90),
    longitude: z.coerce.number().min(-180).max(180),
    name: optionalText,
    address: optionalText,
  }),
  contacts: z.array(
    z.looseObject({
      name: z
        .looseObject({ formatted_name: optionalText, first_name: optionalText, last_name: optionalText })
        .optional()
        .catch(undefined),
      org: z.looseObject({ company: optionalText }).optional().catch(undefined),
      origin: optionalText,
      phones: z
        .array(z.looseObject({ phone: optionalText, wa_id: optionalText }))
        .optional()
        .catch(undefined),
      emails: z
        .array(z.looseObject({ email: optionalText }))
        .optional()
        .catch(undefined),
    }),
  ),
  interactive: z.looseObject({
    type: text,
    button_reply: z.looseObject({ id: text, title: text }).optional(),
    list_reply: z.looseObject({ id: text, title: text }).optional(),
    nfm_reply: z.looseObject({ response_json: text, body: optionalText, name: optionalText }).optional(),
  }),
  /** What `response_json` holds: the token that the flow was sent with, and what its last screen hands over. */
  flowResponse: z.looseObject({ flow_token: text }),
  button: z.looseObject({ text, payload: optionalText }),
  reaction: z.looseObject({ message_id: text.min(1), emoji: optionalText }),
  order: z.looseObject({
    catalog_id: optionalText,
    text: optionalText,
    product_items: z.array(
      z.looseObject({
        product_retailer_id: z.coerce.string(),
        quantity: z.coerce.number().int().positive(),
        item_price: z.coerce.number().nonnegative(),
        currency: text,
      }),
    ),
  }),
  system: z.looseObject({
    body: optionalText,
    type: optionalText,
    wa_id: optionalText,
    new_wa_id: optionalText,
    user_id: optionalText,
    previous_user_id: optionalText,
    parent_user_id: optionalText,
    previous_parent_user_id: optionalText,
  }),
  edit: z.looseObject({ original_message_id: text.min(1), message: z.looseObject({ type: text }) }),
  revoke: z.looseObject({ original_message_id: text.min(1) }),
};

/** Answers of `POST /{phone_number_id}/messages`: ids of a message, or `success` for a read mark. */
export const sentSchema = z.union([
  z
    .looseObject({ messages: z.array(z.looseObject({ id: text.min(1) })).min(1) })
    .transform(({ messages }) => ({ id: messages[0]!.id })),
  z.looseObject({ success: z.literal(true) }).transform(() => ({})),
]);

/** Answer of `GET /{media_id}`. */
export const mediaInfoSchema = z.looseObject({
  url: z.url(),
  mime_type: optionalText,
  file_size: z.coerce.number().optional().catch(undefined),
});

export const phoneNumberSchema = z.looseObject({
  id: text,
  verified_name: optionalText,
  quality_rating: optionalText,
});
