import { z } from 'zod';

/** At most 20 digits, and within 64 bits, so that a time can be read from it. */
export const snowflake = z
  .string()
  .refine((id) => /^[1-9]\d{0,19}$/.test(id) && BigInt(id) < 2n ** 64n, 'is no snowflake');
const loose = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const text = loose(z.string().max(8192));

export const userSchema = z.looseObject({
  id: snowflake,
  username: loose(z.string().max(255)),
  global_name: loose(z.string().max(255).nullable()),
  bot: loose(z.boolean()),
});
export type DiscordUser = z.infer<typeof userSchema>;

export const attachmentSchema = z.looseObject({
  id: snowflake,
  filename: loose(z.string().max(1024)),
  content_type: loose(z.string().max(255)),
  url: z.string().max(4096),
});
export type Attachment = z.infer<typeof attachmentSchema>;

const option: z.ZodType<CommandOption> = z.looseObject({
  name: z.string().max(64),
  type: z.int(),
  value: loose(z.union([z.string().max(6000), z.number(), z.boolean()])),
  options: loose(z.array(z.lazy(() => option)).max(25)),
});
export interface CommandOption {
  name: string;
  type: number;
  value?: string | number | boolean | undefined;
  options?: CommandOption[] | undefined;
}

const button = z.looseObject({ custom_id: loose(z.string()), label: loose(z.string().max(255)) });
const row = z.looseObject({
  components: loose(
    z.array(
      button.extend({
        options: loose(z.array(z.looseObject({ label: z.string().max(255), value: z.string().max(255) }))),
      }),
    ),
  ),
});

/** "Interaction Structure" */
export const interactionSchema = z.looseObject({
  type: z.int(),
  id: snowflake.optional(),
  channel_id: snowflake.optional(),
  locale: loose(z.string().max(64)),
  user: loose(userSchema),
  member: loose(z.looseObject({ user: userSchema })),
  message: loose(z.looseObject({ id: snowflake, channel_id: snowflake, components: loose(z.array(row)) })),
  data: loose(
    z.looseObject({
      name: loose(z.string().max(64)),
      options: loose(z.array(option).max(25)),
      resolved: loose(z.looseObject({ attachments: loose(z.record(z.string(), z.unknown())) })),
      custom_id: loose(z.string().min(1).max(255)),
      values: loose(z.array(z.string().min(1).max(255)).max(25)),
    }),
  ),
});
export type Interaction = z.infer<typeof interactionSchema>;

/** What MESSAGE_CREATE and MESSAGE_UPDATE hold */
export const messageSchema = z.looseObject({
  id: snowflake,
  channel_id: snowflake,
  guild_id: loose(snowflake),
  author: loose(userSchema),
  content: text,
  edited_timestamp: loose(z.iso.datetime({ offset: true }).nullable()),
  attachments: loose(z.array(z.unknown()).max(100)),
  sticker_items: loose(z.array(z.looseObject({ name: z.string().max(255) }))),
  message_reference: loose(z.looseObject({ message_id: loose(snowflake), channel_id: loose(snowflake) })),
  type: loose(z.int()),
});
export type DiscordMessage = z.infer<typeof messageSchema>;

/** MESSAGE_DELETE names no author */
export const deletedSchema = z.looseObject({
  id: snowflake,
  channel_id: snowflake,
  guild_id: loose(snowflake),
});

/** MESSAGE_REACTION_ADD and MESSAGE_REACTION_REMOVE */
export const reactionSchema = z.looseObject({
  user_id: snowflake,
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: loose(snowflake),
  emoji: z.looseObject({ id: loose(z.string().nullable()), name: loose(z.string().max(64).nullable()) }),
});

/** "Gateway Payload Structure" */
export const frameSchema = z.looseObject({
  op: z.int(),
  d: z.unknown().optional(),
  s: loose(z.int().nonnegative().nullable()),
  t: loose(z.string().max(64).nullable()),
});
export const helloSchema = z.looseObject({ heartbeat_interval: z.int().min(1000).max(600_000) });
export const readySchema = z.looseObject({
  session_id: z.string().min(1).max(256),
  resume_gateway_url: z.url({ protocol: /^wss?$/ }).max(512),
  user: z.looseObject({ id: snowflake }),
});
export const gatewayUrlSchema = z.looseObject({ url: z.url({ protocol: /^wss?$/ }).max(512) });

export const postedSchema = z.looseObject({ id: snowflake, channel_id: snowflake });
export const channelSchema = z.looseObject({ id: snowflake });
export const reactedSchema = z.looseObject({
  reactions: z
    .array(
      z.looseObject({
        me: z.boolean(),
        emoji: z.looseObject({ id: z.string().nullable(), name: z.string().nullable() }),
      }),
    )
    .optional(),
});
/** "Error Messages" and "Rate Limit Response Structure" */
export const errorSchema = z.looseObject({
  code: loose(z.int()),
  message: loose(z.string()),
  retry_after: loose(z.number().nonnegative()),
});
