import { z } from 'zod';

const loose = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const id = z.string().regex(/^[^|\s\p{Cc}]{1,512}$/u);

const account = z.looseObject({
  id: loose(z.string().max(512)),
  name: loose(z.string().max(1024)),
  aadObjectId: loose(z.string().max(64)),
  role: loose(z.string().max(64)),
});

/** "Activity object" */
export const activitySchema = z.looseObject({
  type: z.string().max(64),
  /** Of an event. */
  name: loose(z.string().max(128)),
  id: loose(id),
  timestamp: loose(z.string().max(64)),
  channelId: loose(z.string().max(64)),
  serviceUrl: loose(z.string().max(2048)),
  from: loose(account),
  recipient: loose(account),
  conversation: loose(
    z.looseObject({
      id,
      conversationType: loose(z.string().max(64)),
      tenantId: loose(z.string().max(64)),
    }),
  ),
  channelData: loose(
    z.looseObject({
      eventType: loose(z.string().max(64)),
      tenant: loose(z.looseObject({ id: z.string().max(64) })),
    }),
  ),
  text: loose(z.string().max(200_000).nullable()),
  textFormat: loose(z.string().max(64)),
  locale: loose(z.string().max(64)),
  replyToId: loose(id),
  attachments: loose(z.array(z.unknown()).max(100)),
  value: z.unknown().optional(),
  reactionsAdded: loose(z.array(z.looseObject({ type: z.string().min(1).max(64) })).max(20)),
  reactionsRemoved: loose(z.array(z.looseObject({ type: z.string().min(1).max(64) })).max(20)),
});
export type Activity = z.infer<typeof activitySchema>;

export const attachmentSchema = z.looseObject({
  contentType: z.string().max(255),
  contentUrl: loose(z.string().max(4096)),
  name: loose(z.string().max(2048)),
  content: loose(
    z.looseObject({ downloadUrl: loose(z.string().max(4096)), fileType: loose(z.string().max(64)) }),
  ),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** What our buttons and lists bring back. */
export const submittedSchema = z.looseObject({
  passerelle: loose(z.string().min(1).max(1024)),
  title: loose(z.string().max(1024)),
  choice: loose(z.string().min(1).max(16_384)),
});

export const readReceiptSchema = z.looseObject({ lastReadMessageId: z.string().max(64) });

export const postedSchema = z.looseObject({ id });
const code = loose(z.string().max(128));
/** "ErrorResponse object"; a bot that is blocked or removed is said by a `subCode`, whose place no document shows. */
export const errorSchema = z.looseObject({
  subCode: code,
  error: loose(z.looseObject({ code, subCode: code })),
});

/** "application resource type": of each secret its first three characters and its end; it may be left out where there is none. */
export const applicationSchema = z.looseObject({
  passwordCredentials: z.array(
    z.looseObject({ hint: z.string().nullish(), endDateTime: z.iso.datetime({ offset: true }) }),
  ),
});
