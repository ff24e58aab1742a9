import { z } from 'zod';

const time = z.int().positive().max(8_640_000_000_000_000);
const someone = z.string().max(64).nullish();

const attachmentSchema = z.looseObject({
  id: z.string().min(1).max(256),
  contentType: z.string().max(127).nullish(),
  filename: z.string().nullish(),
});
const contactSchema = z.looseObject({
  name: z
    .looseObject({
      given: z.string().nullish(),
      family: z.string().nullish(),
      nickname: z.string().nullish(),
    })
    .nullish(),
  phone: z.array(z.looseObject({ value: z.string() })).nullish(),
});

export const dataSchema = z.looseObject({
  timestamp: time,
  message: z.string().nullish(),
  groupInfo: z.unknown().optional(),
  attachments: z.array(attachmentSchema).max(100).nullish(),
  contacts: z.array(contactSchema).max(100).nullish(),
  sticker: z.unknown().optional(),
  quote: z.looseObject({ id: time, authorNumber: someone, authorUuid: someone }).nullish(),
  reaction: z
    .looseObject({
      emoji: z.string(),
      targetAuthorNumber: someone,
      targetAuthorUuid: someone,
      targetSentTimestamp: time,
      isRemove: z.boolean(),
    })
    .nullish(),
  remoteDelete: z.looseObject({ timestamp: time }).nullish(),
});
export type Data = z.infer<typeof dataSchema>;

export const envelopeSchema = z.looseObject({
  sourceNumber: someone,
  sourceUuid: someone,
  sourceName: z.string().nullish(),
  dataMessage: dataSchema.nullish(),
  editMessage: z.looseObject({ targetSentTimestamp: time, dataMessage: dataSchema }).nullish(),
  receiptMessage: z
    .looseObject({
      when: time.nullish(),
      isDelivery: z.boolean().optional(),
      isRead: z.boolean().optional(),
      isViewed: z.boolean().optional(),
      timestamps: z.array(time).max(1000),
    })
    .nullish(),
  typingMessage: z.looseObject({ action: z.string(), groupId: z.unknown().optional() }).nullish(),
  syncMessage: z.unknown().optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

const received = z.looseObject({ account: z.string().max(64).optional(), envelope: envelopeSchema });
/** The webhook gets signal-cli's own notification; what is polled or comes over a socket is its inside. */
export const notificationSchema = z.union([
  z.looseObject({ method: z.literal('receive'), params: received }).transform(({ params }) => params),
  received,
]);

export const sentSchema = z.looseObject({ timestamp: z.union([z.string().regex(/^\d{1,15}$/), time]) });
export const accountsSchema = z.array(z.string());
export const searchSchema = z.array(z.looseObject({ registered: z.boolean() })).min(1);
