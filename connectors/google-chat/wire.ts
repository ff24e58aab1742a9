import { z } from 'zod';

const loose = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const name = z.string().min(1).max(512);

const userSchema = z.looseObject({
  name,
  displayName: loose(z.string().max(1024)),
  type: loose(z.string().max(64)),
});
const spaceSchema = z.looseObject({
  name,
  type: loose(z.string().max(64)),
  spaceType: loose(z.string().max(64)),
  singleUserBotDm: loose(z.boolean()),
});
export const attachmentSchema = z.looseObject({
  name,
  contentName: loose(z.string().max(2048)),
  contentType: loose(z.string().max(255)),
  attachmentDataRef: loose(z.looseObject({ resourceName: z.string().min(1).max(4096) })),
});
export type Attachment = z.infer<typeof attachmentSchema>;
const messageSchema = z.looseObject({
  name: z.string().regex(/^spaces\/[\w-]{1,128}\/messages\/[\w.-]{1,256}$/),
  sender: loose(userSchema),
  text: loose(z.string().max(100_000)),
  createTime: loose(z.string().max(64)),
  attachment: loose(z.array(z.unknown()).max(100)),
  quotedMessageMetadata: loose(z.looseObject({ name })),
});
export type ChatMessage = z.infer<typeof messageSchema>;

/** "Event", as an app that is no add-on gets it */
export const eventSchema = z.looseObject({
  type: z.string().max(64),
  eventTime: loose(z.string().max(64)),
  user: loose(userSchema),
  space: loose(spaceSchema),
  message: loose(messageSchema),
  common: loose(
    z.looseObject({
      userLocale: loose(z.string().max(64)),
      parameters: loose(z.record(z.string(), z.unknown())),
    }),
  ),
  action: loose(
    z.looseObject({
      parameters: loose(
        z.array(z.looseObject({ key: z.string().max(512), value: loose(z.string().max(4096)) })),
      ),
    }),
  ),
});
export type ChatEvent = z.infer<typeof eventSchema>;

export const postedSchema = z.looseObject({ name });
export const spaceAnswerSchema = z.looseObject({ name: z.string().regex(/^spaces\/[\w-]{1,128}$/) });
/** google.rpc.Status, as JSON */
export const errorSchema = z.looseObject({ error: z.looseObject({ status: z.string().max(64) }) });
