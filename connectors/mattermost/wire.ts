import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]{26}$/);
const time = z.int().nonnegative().max(8_640_000_000_000_000);

const fileSchema = z.looseObject({
  id,
  name: z.string().optional(),
  mime_type: z.string().max(127).optional(),
});
const reactionSchema = z.looseObject({
  user_id: id,
  emoji_name: z.string().min(1).max(200),
  create_at: time,
});

export const postSchema = z.looseObject({
  id,
  create_at: time,
  update_at: time,
  edit_at: time.optional(),
  delete_at: time.optional(),
  user_id: id,
  root_id: z.string().optional(),
  message: z.string(),
  type: z.string().optional(),
  props: z.record(z.string(), z.unknown()).nullish(),
  metadata: z
    .looseObject({
      files: z.array(fileSchema).nullish(),
      reactions: z.array(reactionSchema).nullish(),
    })
    .nullish(),
});
export type Post = z.infer<typeof postSchema>;

/** Posts are read one by one: what one of them lacks must not hold up the others. */
export const postListSchema = z.looseObject({
  order: z.array(z.string()).max(5000),
  posts: z.record(z.string(), z.unknown()),
});

export const channelsSchema = z.array(
  z.looseObject({ id: z.string(), type: z.string(), last_post_at: time.optional() }),
);

/** What the server sends when a button is pressed. */
export const pressSchema = z.looseObject({
  user_id: id,
  post_id: id,
  trigger_id: z.string().min(1).max(4096),
  context: z.looseObject({
    payload: z.string().min(1).max(1024),
    label: z.string().max(1024),
    seal: z.string().max(128),
  }),
});

export const createdSchema = z.looseObject({ id });
export const uploadedSchema = z.looseObject({ file_infos: z.array(z.looseObject({ id })).min(1) });
export const userSchema = z.looseObject({ id: z.string(), username: z.string() });
export const errorSchema = z.looseObject({ id: z.string().max(256), status_code: z.int().optional() });
export const reactionsSchema = z.array(reactionSchema).nullable();
