import { z } from 'zod';

const line = z.string().max(8192);

export const eventsSchema = z.array(z.looseObject({ event: line })).max(10_000);

/** The argument that every mail of ours carries, and that SendGrid writes into every event about it. */
export const idArgument = 'passerelle_message_id';

export const eventSchema = z.looseObject({
  event: line,
  email: line.optional(),
  timestamp: z.number().optional(),
  status: line.nullish(),
  reason: line.nullish(),
  type: line.nullish(),
  'smtp-id': line.nullish(),
  [idArgument]: line.nullish(),
});
export type MailEvent = z.infer<typeof eventSchema>;

export const scopesSchema = z.looseObject({ scopes: z.array(z.unknown()) });

/** `charsets`: of each field of the form. */
export const charsetsSchema = z.record(z.string(), z.string().max(64));
/** `envelope`: who sent it, by SMTP. */
export const envelopeSchema = z.looseObject({ from: line.optional() });
/** `attachment-info`: what the files are. */
export const filesSchema = z.record(
  z.string(),
  z.looseObject({ filename: z.string().max(1024).optional(), type: line.optional() }),
);
