import { z } from 'zod';

const text = z.string().max(65_536).optional().catch(undefined);
const id = z.coerce.string().regex(/^[\w.:-]{1,256}$/);
const party = z.looseObject({ id }).optional().catch(undefined);
const degrees = (max: number) => z.coerce.number().min(-max).max(max);

const attachment = z.looseObject({
  type: text,
  payload: z
    .looseObject({
      url: text,
      name: text,
      title: text,
      description: text,
      coordinates: z
        .looseObject({ latitude: degrees(90), longitude: degrees(180) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type WireAttachment = z.infer<typeof attachment>;

/** An event. Ids come as texts, times as texts or numbers of milliseconds. */
export const eventSchema = z.looseObject({
  event_name: z.string().max(128),
  timestamp: z.coerce.string().regex(/^\d{1,16}$/),
  sender: party,
  follower: party,
  message: z
    .looseObject({
      msg_id: id.optional().catch(undefined),
      msg_ids: z.array(id).max(1000).optional().catch(undefined),
      text,
      react_icon: text,
      attachments: z.array(attachment).max(100).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  info: z
    .looseObject({
      name: text,
      phone: z.coerce.string().max(40).optional().catch(undefined),
      address: text,
    })
    .optional()
    .catch(undefined),
});
export type WireEvent = z.infer<typeof eventSchema>;

/** All that the signature needs, read before it is checked. */
export const signedSchema = z.looseObject({ timestamp: z.coerce.string().regex(/^\d{1,16}$/) });

/** Zalo answers 200 to everything: `error` says how it went. */
export const answerSchema = z.looseObject({ error: z.int() });
export const sentSchema = z.looseObject({ error: z.literal(0), data: z.looseObject({ message_id: id }) });
export const uploadedSchema = z.looseObject({
  error: z.literal(0),
  data: z.union([
    z.looseObject({ attachment_id: z.string().min(1) }).transform((data) => data.attachment_id),
    z.looseObject({ token: z.string().min(1) }).transform((data) => data.token),
  ]),
});
export const accountSchema = z.looseObject({ data: z.looseObject({ name: text }) });
/** The number of seconds comes as a text; it is not relied on. */
export const pairSchema = z.looseObject({
  access_token: z.string().min(1).max(4096),
  refresh_token: z.string().min(1).max(4096),
});
