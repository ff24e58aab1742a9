import { z } from 'zod';

const loose = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const short = z.string().min(1).max(1024);

const attachmentSchema = z.looseObject({
  name: loose(z.string().max(1024)),
  mimeType: loose(z.string().max(255)),
  url: z.string().min(1).max(2048),
  owner: short,
  signature: z.string().regex(/^(?:[\da-f]{2}){1,64}$/i),
  key: z.string().regex(/^00[\da-f]{64}$/i),
});
export type AppleAttachment = z.infer<typeof attachmentSchema>;

const lineSchema = z.looseObject({ title: loose(z.string().max(8192)) });
const itemSchema = z.looseObject({ identifier: loose(short), title: loose(z.string().max(8192)) });
const items = loose(z.array(itemSchema).max(1000));
/** "Form Message": what was filled in. Handed on to the merchant, so that nothing else may be in it. */
const formSchema = z.object({
  template: loose(z.string().max(256)),
  selections: z
    .array(
      z.object({
        pageIdentifier: loose(short),
        title: loose(z.string().max(1024)),
        items: z
          .array(
            z.object({
              identifier: loose(short),
              title: loose(z.string().max(1024)),
              value: loose(z.string().max(4096)),
            }),
          )
          .max(50),
      }),
    )
    .max(50),
});

const interactiveSchema = z.looseObject({
  bid: loose(short),
  /** What an app of the merchant's own answers with. */
  URL: loose(z.string().max(16_384)),
  data: loose(
    z.looseObject({
      requestIdentifier: loose(short),
      replyMessage: loose(lineSchema),
      'quick-reply': loose(z.looseObject({ items, selectedIndex: loose(z.int().nonnegative()) })),
      listPicker: loose(z.looseObject({ sections: loose(z.array(z.looseObject({ items })).max(1000)) })),
      dynamic: loose(formSchema),
      event: loose(
        z.looseObject({
          timeslots: loose(
            z
              .array(z.looseObject({ identifier: loose(short), startTime: loose(z.string().max(64)) }))
              .max(100),
          ),
        }),
      ),
    }),
  ),
});
export type Interactive = z.infer<typeof interactiveSchema>;

/** "Incoming Messages" */
export const messageSchema = z.looseObject({
  id: short,
  type: z.string().max(64),
  sourceId: loose(short),
  destinationId: loose(short),
  body: loose(z.string().max(200_000)),
  locale: loose(z.string().max(64)),
  group: loose(z.string().max(512)),
  intent: loose(z.string().max(512)),
  attachments: loose(z.array(z.unknown()).max(100)),
  interactiveData: loose(interactiveSchema),
  interactiveDataRef: loose(attachmentSchema.extend({ bid: short, title: loose(z.string().max(8192)) })),
});
export type AppleMessage = z.infer<typeof messageSchema>;
export const attachmentsOf = ({ attachments = [] }: AppleMessage): AppleAttachment[] =>
  attachments.flatMap((one) => attachmentSchema.safeParse(one).data ?? []);

export const uploadSchema = z.looseObject({
  'upload-url': z.url({ protocol: /^https?$/ }).max(4096),
  'mmcs-url': z.string().min(1).max(2048),
  'mmcs-owner': short,
});
export const uploadedSchema = z.looseObject({ singleFile: z.looseObject({ fileChecksum: short }) });
export const downloadSchema = z.looseObject({ 'download-url': z.url({ protocol: /^https?$/ }).max(4096) });
