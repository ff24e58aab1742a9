import { z } from 'zod';

const id = z
  .string()
  .min(1)
  .max(255)
  .refine((value) => value.isWellFormed());
const size = z.number().nonnegative().optional().catch(undefined);

/** Single events are read one by one: what one of them lacks must not hold up the transaction, which would come again for ever. */
export const transactionSchema = z.looseObject({
  events: z.array(z.unknown()).max(10_000),
  ephemeral: z.array(z.unknown()).max(10_000).optional(),
});

const relation = z.looseObject({
  rel_type: z.string().optional(),
  event_id: id.optional(),
  key: z.string().optional(),
  is_falling_back: z.boolean().optional(),
  'm.in_reply_to': z.looseObject({ event_id: id }).optional(),
});

export const contentSchema = z.looseObject({
  msgtype: z.string().optional(),
  body: z.string().optional(),
  url: z.string().max(1024).optional(),
  filename: z.string().optional(),
  info: z
    .looseObject({ mimetype: z.string().max(127).optional(), size })
    .optional()
    .catch(undefined),
  geo_uri: z.string().max(256).optional(),
  redacts: id.optional(),
  membership: z.string().optional(),
  is_direct: z.boolean().optional(),
  'm.relates_to': relation.optional().catch(undefined),
  'm.new_content': z.looseObject({ body: z.string().optional() }).optional(),
});
export type MatrixContent = z.infer<typeof contentSchema>;

export const eventSchema = z.looseObject({
  type: z.string(),
  event_id: id,
  room_id: id,
  sender: z.string(),
  origin_server_ts: z.int().nonnegative().max(8_640_000_000_000_000).optional().catch(undefined),
  state_key: z.string().optional(),
  redacts: id.optional(),
  content: contentSchema,
});
export type MatrixEvent = z.infer<typeof eventSchema>;

export const typingSchema = z.looseObject({
  type: z.literal('m.typing'),
  content: z.looseObject({ user_ids: z.array(z.string()).max(100) }),
});
const readers = z.record(
  z.string(),
  z.looseObject({ ts: z.int().nonnegative().max(8_640_000_000_000_000).optional().catch(undefined) }),
);
export const receiptSchema = z.looseObject({
  type: z.literal('m.receipt'),
  content: z.record(id, z.looseObject({ 'm.read': readers.optional() })),
});

export const errorSchema = z.looseObject({
  errcode: z.string().max(128),
  retry_after_ms: z.number().nonnegative().optional(),
});
export const sentSchema = z.looseObject({ event_id: id });
export const uploadedSchema = z.looseObject({ content_uri: z.string().startsWith('mxc://').max(1024) });
export const roomSchema = z.looseObject({ room_id: id });
export const whoamiSchema = z.looseObject({ user_id: z.string() });
export const relationsSchema = z.looseObject({
  chunk: z.array(z.looseObject({ event_id: id, sender: z.string() })),
});
/** What this connector keeps of a consumer in the account data of its own user. */
export const talkSchema = z.looseObject({ room_id: id, left: z.boolean().optional() });
