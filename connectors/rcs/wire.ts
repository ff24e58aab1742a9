import { z } from 'zod';

const loose = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const short = z.string().min(1).max(512);

/** "Webhooks": a push of Pub/Sub's; only `data` is signed. */
export const pushSchema = z.looseObject({ message: z.looseObject({ data: z.string().max(1_400_000) }) });
export const handshakeSchema = z.looseObject({
  clientToken: z.string().max(1024),
  secret: z.string().min(1).max(1024),
});

/** JSON of protocol buffers leaves zeros out. */
const degrees = (most: number) => z.number().min(-most).max(most).default(0);
const fileSchema = z.looseObject({
  mimeType: loose(z.string().max(255)),
  fileName: loose(z.string().max(2048)),
  fileUri: z.string().min(1).max(4096),
});

/** UserMessage, UserEvent and ServerEvent in one: what is there says which it is. */
export const eventSchema = z.looseObject({
  agentId: loose(short),
  senderPhoneNumber: loose(short),
  phoneNumber: loose(short),
  messageId: loose(short),
  eventId: loose(short),
  eventType: loose(short),
  sendTime: loose(z.string().max(64)),
  text: loose(z.string().max(100_000)),
  location: loose(z.looseObject({ latitude: degrees(90), longitude: degrees(180) })),
  userFile: loose(z.looseObject({ payload: fileSchema })),
  suggestionResponse: loose(
    z.looseObject({ postbackData: z.string().max(4096).default(''), text: loose(z.string().max(4096)) }),
  ),
});
export type RcsEvent = z.infer<typeof eventSchema>;

/** AgentMessage, as it comes back */
export const postedSchema = z.looseObject({
  name: z.string().regex(/^phones\/\+?\d+\/agentMessages\/[\w-]{1,128}$/),
});
/** Of `files.create`. */
export const uploadedSchema = z.looseObject({ name: z.string().min(1).max(1024) });
/** google.rpc.Status, as JSON */
export const errorSchema = z.looseObject({ error: z.looseObject({ status: z.string().max(64) }) });
