import { z } from 'zod';

const id = z.string().min(1).max(64);
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const text = z.string().max(100_000).optional().catch(undefined);

/** "File object" */
export const fileSchema = z.looseObject({
  id,
  name: z.string().max(2048).nullish().catch(undefined),
  mimetype: z.string().max(255).nullish().catch(undefined),
  url_private: z.string().max(4096).optional().catch(undefined),
  url_private_download: z.string().max(4096).optional().catch(undefined),
});
export type SlackFile = z.infer<typeof fileSchema>;

const innerMessage = z.looseObject({
  user: id.optional(),
  bot_id: id.optional(),
  text,
  ts: ts.optional(),
  edited: z.looseObject({ ts }).optional().catch(undefined),
});

/** "message event", with the fields of its subtypes */
export const messageSchema = innerMessage.extend({
  channel: id,
  channel_type: z.string().optional(),
  subtype: z.string().max(64).optional(),
  event_ts: ts.optional(),
  thread_ts: ts.optional().catch(undefined),
  files: z.array(z.unknown()).max(100).optional().catch(undefined),
  message: innerMessage.optional().catch(undefined),
  previous_message: innerMessage.optional().catch(undefined),
  deleted_ts: ts.optional().catch(undefined),
});
export type SlackMessage = z.infer<typeof messageSchema>;

/** "reaction_added event" and "reaction_removed event" */
export const reactionSchema = z.looseObject({
  user: id,
  reaction: z.string().min(1).max(128),
  item: z.looseObject({ type: z.string(), channel: id.optional(), ts: ts.optional() }),
  event_ts: ts,
});

/** What a request of the Events API wraps */
export const envelopeSchema = z.looseObject({
  type: z.string().max(64),
  challenge: z.string().max(2048).optional(),
  team_id: id.optional(),
  event_id: id.optional(),
  event: z.looseObject({ type: z.string().max(64) }).optional(),
  authorizations: z
    .array(z.looseObject({ user_id: id.nullish(), is_bot: z.boolean().optional() }))
    .optional()
    .catch(undefined),
});

const option = z.looseObject({
  text: z
    .looseObject({ text: z.string().max(4000) })
    .optional()
    .catch(undefined),
  value: z.string().min(1).max(4096),
});
/** "block_actions payload" */
export const pressSchema = z.looseObject({
  type: z.string().max(64),
  team: z.looseObject({ id }).nullish(),
  user: z.looseObject({ id, name: z.string().max(255).optional().catch(undefined) }),
  channel: z.looseObject({ id }).optional(),
  container: z
    .looseObject({ message_ts: ts.optional(), channel_id: id.optional() })
    .optional()
    .catch(undefined),
  actions: z
    .array(
      z.looseObject({
        type: z.string().max(64),
        action_ts: ts,
        text: z
          .looseObject({ text: z.string().max(4000) })
          .optional()
          .catch(undefined),
        value: z.string().min(1).max(4096).optional().catch(undefined),
        selected_option: option.nullish().catch(undefined),
      }),
    )
    .max(25)
    .optional(),
});

export const answerSchema = z.looseObject({ ok: z.boolean(), error: z.string().max(128).optional() });
export const postedSchema = z.looseObject({ ok: z.literal(true), channel: id, ts });
export const openedSchema = z.looseObject({ ok: z.literal(true), channel: z.looseObject({ id }) });
export const uploadSchema = z.looseObject({
  ok: z.literal(true),
  upload_url: z.string().max(4096),
  file_id: id,
});
export const completedSchema = z.looseObject({
  ok: z.literal(true),
  files: z.array(z.looseObject({ id })).min(1),
});
export const selfSchema = z.looseObject({
  ok: z.literal(true),
  user_id: id,
  team_id: id,
  team: z.string().optional(),
  /** Seconds, of tokens that are rotated. */
  expires_in: z.number().positive().max(315_360_000).optional(),
});
export const reactionsSchema = z.looseObject({
  ok: z.literal(true),
  message: z.looseObject({
    reactions: z.array(z.looseObject({ name: z.string().max(128), users: z.array(z.string()) })).optional(),
  }),
});
export const fileInfoSchema = z.looseObject({ ok: z.literal(true), file: fileSchema });
