import { z } from 'zod';

/** The Messages API's call-backs, loose. "Messages API reference" 1.17.0, and the classes of the Java SDK that read them. */
const text = z.string();
const optionalText = text.optional().catch(undefined);
const loose = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape).optional().catch(undefined);
const file = loose({ url: text, caption: optionalText, name: optionalText });

export const eventSchema = z.looseObject({
  channel: text,
  message_uuid: text.min(1).max(128),
  timestamp: optionalText,
  status: optionalText,
  error: loose({ type: optionalText, title: optionalText }),
  from: optionalText,
  message_type: optionalText,
  text: optionalText,
  image: file,
  audio: file,
  video: file,
  file,
  vcard: file,
  sticker: file,
  profile: loose({ name: optionalText }),
  context: loose({ message_uuid: optionalText }),
  location: loose({
    lat: z.number().optional(),
    long: z.number().optional(),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
    name: optionalText,
    address: optionalText,
  }),
  reply: loose({ id: optionalText, title: optionalText }),
  // other kinds of buttons have an object as payload, which is nothing of ours
  button: loose({ payload: optionalText, text: optionalText }),
  reaction: loose({ action: optionalText, emoji: optionalText }),
  whatsapp: loose({
    sender: loose({ user_id: optionalText, parent_user_id: optionalText, wa_id: optionalText }),
    referral: loose({
      headline: optionalText,
      source_id: optionalText,
      source_type: optionalText,
      source_url: optionalText,
    }),
  }),
});
export type VonageEvent = z.infer<typeof eventSchema>;

export const sentSchema = z.looseObject({ message_uuid: text.min(1).max(128) });
export const refusedSchema = z.looseObject({ type: optionalText, title: optionalText });
