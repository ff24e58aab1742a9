import { z } from 'zod';

const line = z.string().max(4096);

export const signatureSchema = z.looseObject({
  timestamp: z.union([z.string(), z.int()]).transform(String),
  token: z.string().min(1).max(256),
  signature: z.string().min(1).max(256),
});

export const signedSchema = z.looseObject({ signature: signatureSchema });

export const eventSchema = z.looseObject({
  'event-data': z.looseObject({
    event: line,
    timestamp: z.number().optional(),
    severity: line.nullish(),
    reason: line.nullish(),
    recipient: line.nullish(),
    message: z.looseObject({ headers: z.looseObject({ 'message-id': line.optional() }).nullish() }).nullish(),
    'delivery-status': z.looseObject({ code: z.union([z.int(), z.string()]).nullish() }).nullish(),
  }),
});
export type MailEvent = z.infer<typeof eventSchema>['event-data'];

/** `message-headers`: pairs in their order. */
export const headersSchema = z.array(z.tuple([line, z.string()])).max(2000);

export const sentSchema = z.looseObject({ id: z.string().regex(/^<?[^<>\s]{1,998}>?$/) });
export const domainSchema = z.looseObject({
  domain: z.looseObject({ name: z.string().max(253), state: z.string().max(64).optional() }),
});
