import { z } from 'zod';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

const fileSchema = z.looseObject({
  _id: id,
  name: z.string().nullish(),
  type: z.string().max(127).nullish(),
});

/** What an outgoing webhook sends. It does not say which event it is of; only `fileUploaded` brings the message itself. */
export const eventSchema = z.looseObject({
  token: z.string(),
  bot: z.unknown().optional(),
  message_id: id.optional(),
  timestamp: z.iso.datetime({ offset: true }).optional().catch(undefined),
  user_id: z.string().optional(),
  text: z.string().nullish(),
  isEdited: z.boolean().optional(),
  tmid: id.optional(),
  message: z
    .looseObject({
      tmid: id.optional(),
      t: z.string().nullish(),
      file: fileSchema.nullish(),
      files: z.array(fileSchema).nullish(),
      attachments: z.array(z.looseObject({ description: z.string().nullish() })).nullish(),
    })
    .optional(),
});
export type RocketEvent = z.infer<typeof eventSchema>;
export const tokenSchema = z.looseObject({ token: z.string().max(512) });

export const errorSchema = z.union([
  z.looseObject({ success: z.literal(false), errorType: z.string().max(128).optional() }),
  z.looseObject({ status: z.literal('error') }),
]);
export const userSchema = z.looseObject({ user: z.looseObject({ username: z.string().min(1) }) });
export const meSchema = z.looseObject({ _id: z.string(), username: z.string() });
export const roomSchema = z.looseObject({ room: z.looseObject({ _id: id }) });
export const uploadedSchema = z.looseObject({ file: z.looseObject({ _id: id }) });
export const messageSchema = z.looseObject({
  message: z.looseObject({
    _id: id,
    reactions: z.record(z.string(), z.looseObject({ usernames: z.array(z.string()) })).optional(),
  }),
});
