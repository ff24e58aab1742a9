import { z } from 'zod';

const id = z.int().min(-1e13).max(1e13);
const seconds = z.int().nonnegative().max(8_640_000_000_000).optional().catch(undefined);
const url = z.string().max(4096);

export const eventSchema = z.looseObject({
  type: z.string(),
  group_id: z.int(),
  /** The same in every repetition. */
  event_id: z.string().max(128).optional().catch(undefined),
  secret: z.string().max(256).optional(),
  object: z.unknown().optional(),
});
export type VkEvent = z.infer<typeof eventSchema>;

const picture = z.looseObject({ url, width: z.number().optional(), height: z.number().optional() });

export const attachmentSchema = z.looseObject({
  type: z.string(),
  photo: z.looseObject({ sizes: z.array(picture).optional(), orig_photo: picture.optional() }).optional(),
  sticker: z.looseObject({ images: z.array(picture).optional() }).optional(),
  doc: z.looseObject({ url: url.optional(), title: z.string().optional() }).optional(),
  audio_message: z.looseObject({ link_ogg: url.optional(), link_mp3: url.optional() }).optional(),
  link: z.looseObject({ url: url.optional() }).optional(),
  video: z.looseObject({ id, owner_id: id }).optional(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const messageSchema = z.looseObject({
  peer_id: id,
  from_id: id,
  conversation_message_id: z.int().nonnegative().max(1e12),
  date: seconds,
  update_time: seconds,
  text: z.string().optional(),
  payload: z.string().max(1024).optional(),
  attachments: z.array(z.unknown()).max(100).optional(),
  geo: z
    .looseObject({
      coordinates: z.looseObject({ latitude: z.number(), longitude: z.number() }),
      place: z.looseObject({ title: z.string().optional() }).optional(),
    })
    .optional()
    .catch(undefined),
  reply_message: z
    .looseObject({ conversation_message_id: z.int().nonnegative().max(1e12) })
    .optional()
    .catch(undefined),
  ref: z.string().optional(),
  ref_source: z.string().optional(),
});
export type VkMessage = z.infer<typeof messageSchema>;
/** From API 5.103 on a new message comes with what the client can do. */
export const newMessageSchema = z.looseObject({ message: messageSchema });
/** `message_allow`, `message_deny`: whether the community may write. */
export const permissionSchema = z.looseObject({ user_id: id });
export const typingSchema = z.looseObject({ state: z.string(), from_id: id });

export const errorSchema = z.looseObject({ error: z.looseObject({ error_code: z.int() }) });
/** With `peer_ids` each receiver has an answer of their own. */
export const sentSchema = z.looseObject({
  response: z
    .array(
      z.looseObject({
        peer_id: z.int(),
        conversation_message_id: z.int().positive().optional(),
        error: z.looseObject({ code: z.int() }).optional(),
      }),
    )
    .length(1),
});
export const doneSchema = z.looseObject({ response: z.unknown().refine((value) => value !== undefined) });
export const uploadServerSchema = z.looseObject({ response: z.looseObject({ upload_url: url }) });
export const photoUploadedSchema = z.looseObject({
  server: z.int(),
  photo: z.string().min(3),
  hash: z.string(),
});
export const docUploadedSchema = z.looseObject({ file: z.string().min(1) });
const saved = z.looseObject({ id, owner_id: id, access_key: z.string().max(256).optional() });
export const photosSavedSchema = z.looseObject({ response: z.array(saved).min(1) });
export const docSavedSchema = z.looseObject({
  response: z.looseObject({ doc: saved.optional(), audio_message: saved.optional() }),
});
export const groupsSchema = z.looseObject({
  response: z.looseObject({ groups: z.array(z.looseObject({ id, name: z.string() })).min(1) }),
});
