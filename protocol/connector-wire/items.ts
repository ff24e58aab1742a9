import { z } from 'zod';
import { addressSchema } from '../address.ts';
import { contentSchema, languageSchema, moneySchema } from '../content.ts';
import { failureCodes } from '../failures.ts';
import { idSchema } from '../ids.ts';
import { paymentStateSchema } from '../payments.ts';
import { fieldErrorSchema } from './presence.ts';
import { maxWireItems } from './limits.ts';

/** A platform's id of a message. */
export const providerIdSchema = z
  .string()
  .min(1)
  .max(512)
  .refine((value) => value.isWellFormed(), 'contains a lone surrogate');
const shortText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed(), 'contains a lone surrogate');
/** The platform's time; at the latest in the year 9999. */
const at = z.iso.datetime({ offset: true }).describe('RFC 3339');

/** A failure of the list, as a connector names it; what it means is the list's. */
export const wireFailureSchema = z
  .strictObject({
    code: z.enum(failureCodes),
    platform_code: shortText(128).optional(),
    permanent: z.boolean().optional().describe('Where it differs from what the list says of the code'),
  })
  .meta({ id: 'ConnectorFailure' });
export type WireFailure = z.infer<typeof wireFailureSchema>;

const senderSchema = z.strictObject({
  address: addressSchema.describe('Of a scheme that the manifest declares, in its one way to be written'),
  aliases: z
    .array(addressSchema)
    .max(8)
    .optional()
    .describe('Further addresses of the same person that the platform vouches for'),
  name: shortText(256).optional(),
  language: languageSchema.optional(),
});

const described = { media_type: z.string().max(127).optional(), name: shortText(240).optional() };
/** Either the bytes, in base64 and at most 512 KiB over all items, or a reference that `media` is asked about. */
export const wireInboundMediaSchema = z.union([
  z.strictObject({ data: z.base64(), ...described }),
  z.strictObject({ reference: shortText(4096).min(1), ...described }),
]);

const messageItemSchema = z.strictObject({
  type: z.literal('message'),
  provider_id: providerIdSchema.describe('The platform’s id: the key of de-duplication'),
  sender: senderSchema,
  content: contentSchema.describe('Media in it are named by the keys of `media`, as their `id`'),
  media: z.record(z.string().min(1).max(64), wireInboundMediaSchema).optional(),
  at: at.optional(),
  reply_to: providerIdSchema
    .optional()
    .describe('The platform’s id of the message answered, or that a reaction, an edit or a removal is about'),
  payload: shortText(2000).optional().describe('What a pressed button carried'),
  values: z
    .record(z.string().max(128), z.unknown())
    .optional()
    .describe('A form filled in on the platform, by field id; `payload` names the form'),
  referral: z
    .strictObject({
      source: shortText(128),
      ref: shortText(4096).optional(),
      url: shortText(4096).optional(),
      headline: shortText(1024).optional(),
    })
    .optional(),
  automatic: z
    .boolean()
    .optional()
    .describe('A machine wrote this: it opens no window and answers no question'),
  consent: z
    .strictObject({
      state: z.enum(['opted_out', 'opted_in']),
      scope: z.literal('promotional').optional().describe('Left out: all messages of the account'),
      statement: shortText(64).min(1).describe('The platform’s own name for it, for the trace'),
    })
    .optional()
    .describe(
      'What the platform says by this of the consumer’s consent; the message is `automatic` unless something was pressed',
    ),
});

const receiptItemSchema = z.strictObject({
  type: z.literal('receipt'),
  provider_ids: z
    .array(providerIdSchema)
    .max(50)
    .describe('Every way to write the id; the first known one counts'),
  state: z.enum(['sent', 'delivered', 'read', 'failed']),
  failure: wireFailureSchema.optional(),
  at: at.optional(),
  up_to: at
    .optional()
    .describe('`read` of everything up to then; needs `address`, `provider_ids` may be empty'),
  address: addressSchema.optional(),
});

const signalItemSchema = z.strictObject({
  type: z.literal('signal'),
  sender: senderSchema,
  signal: z.enum(['typing', 'typing_stopped']),
});

const paymentItemSchema = z.strictObject({
  type: z.literal('payment'),
  provider_id: providerIdSchema.describe('The same in every notice about this payment'),
  sender: senderSchema,
  state: paymentStateSchema,
  reference: shortText(1024).optional().describe('Of the payment request, where the platform gives it back'),
  reply_to: providerIdSchema.optional().describe('The platform’s id of the message with the request'),
  amount: moneySchema.optional(),
  at: at.optional(),
});

const ignoredItemSchema = z.strictObject({
  type: z.literal('ignored'),
  reason: shortText(200).describe('For the trace; no content in it'),
});

/** What a platform tells. */
export const wireItemSchema = z
  .discriminatedUnion('type', [
    messageItemSchema,
    receiptItemSchema,
    signalItemSchema,
    paymentItemSchema,
    ignoredItemSchema,
  ])
  .meta({ id: 'ConnectorItem' });
export type WireItem = z.infer<typeof wireItemSchema>;

export const wireItemsSchema = z.array(wireItemSchema).max(maxWireItems);

export const acceptRequestSchema = z
  .strictObject({ account_id: idSchema('account'), items: wireItemsSchema.min(1) })
  .meta({ id: 'ConnectorAccept' });

/** Given only after the commit that survives power loss: now the platform may be told that it arrived. */
export const acceptReplySchema = z
  .discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      accepted: z
        .array(z.object({ duplicate: z.boolean(), message_id: idSchema('message').optional() }))
        .describe('One for each item, in their order'),
    }),
    z.object({
      ok: z.literal(false),
      code: z.enum(['unknown_account', 'invalid', 'overloaded', 'internal']),
      detail: z.string(),
      errors: z.array(fieldErrorSchema).optional(),
      retry_after_ms: z.int().optional().describe('The same request may be taken then'),
    }),
  ])
  .meta({ id: 'ConnectorAccepted' });
export type WireAcceptReply = z.infer<typeof acceptReplySchema>;
