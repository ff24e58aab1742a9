import { z } from 'zod';
import { addressSchema } from '../address.ts';
import { contentSchema } from '../content.ts';
import { wireAccountSchema } from './account.ts';
import { wireFailureSchema, wireItemsSchema } from './items.ts';
import { maxWireBody, maxWireMediaBytes } from './limits.ts';

/** What the gateway asks of a connector, and what it takes for an answer. Requests may gain fields; replies are strict. */

const platformCode = z.string().max(128).optional();
const reason = z.string().max(200).describe('For the log and the trace: no content, secrets or addresses');

export const sendRequestSchema = z
  .object({
    account: wireAccountSchema,
    message_id: z.string(),
    idempotency_key: z.string().describe('Stable over every attempt at this part'),
    address: addressSchema,
    part: z.object({
      content: contentSchema.describe('Of a kind that the manifest declares native, within its limits'),
      payloads: z
        .array(z.string())
        .optional()
        .describe('What each option or reply action must carry, in their order; it comes back as `payload`'),
    }),
    media: z
      .record(
        z.string(),
        z.object({
          url: z
            .string()
            .describe('Signed, valid for at least a day: fetch the bytes, or hand it to the platform'),
          media_type: z.string(),
          bytes: z.int(),
          name: z.string().optional(),
        }),
      )
      .describe('Media of the part, by `media.id`'),
    reply_to: z.string().optional().describe('The platform’s id of the message it is about'),
    thread: z
      .array(z.string())
      .describe('Provider ids of earlier messages, oldest first; for channels with subjects'),
    subject: z.string().optional(),
    language: z.string().optional().describe('BCP 47: the consumer’s, where it is known'),
    valid_for_seconds: z.number().optional(),
    unsubscribe_url: z.string().optional(),
  })
  .meta({ id: 'ConnectorSend' });
export type WireSendRequest = z.infer<typeof sendRequestSchema>;

export const sendReplySchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('sent').describe('The platform took it'),
      provider_ids: z.array(z.string().min(1).max(512)).max(100),
      state: z.enum(['sent', 'delivered']).optional().describe('The platform says at once that it arrived'),
    }),
    z.strictObject({
      type: z.literal('rejected').describe('It did not; tried again unless the failure is permanent'),
      failure: wireFailureSchema,
      retry_after_ms: z
        .int()
        .nonnegative()
        .max(86_400_000)
        .optional()
        .describe('With a failure that passes: not before this'),
    }),
    z.strictObject({
      type: z.literal('throttled').describe('Not now'),
      retry_after_ms: z.int().nonnegative().max(86_400_000).optional(),
      platform_code: platformCode,
      scope: z.literal('address').optional().describe('Left out: the whole account has to wait'),
    }),
    z.strictObject({
      type: z
        .literal('uncertain')
        .describe('The request went out and its answer is not known: never repeated blindly'),
      reason,
    }),
  ])
  .meta({ id: 'ConnectorSendOutcome' });
export type WireSendReply = z.infer<typeof sendReplySchema>;

/** A platform's HTTP request, byte for byte. */
export const hookRequestSchema = z
  .object({
    account: wireAccountSchema,
    method: z.string(),
    path: z.string().describe('Below the account’s hook: empty, or /status'),
    url: z.string().describe('The whole address as the platform called it'),
    headers: z.record(z.string(), z.string()).describe('Names in lower case'),
    body: z.base64().describe('The raw bytes, in base64: signatures are checked on them'),
    at: z.iso.datetime().describe('The gateway’s time'),
  })
  .meta({ id: 'ConnectorHook' });
export type WireHookRequest = z.infer<typeof hookRequestSchema>;

const headerName = z.string().regex(/^[a-z0-9-]{1,64}$/);
/** Of the headers, `content-type`, `retry-after`, `www-authenticate` and `allow` go out; the rest is left out. */
export const hookResponseSchema = z.strictObject({
  status: z.int().min(200).max(599),
  headers: z
    .record(headerName, z.string().regex(/^[\t\u0020-\u007e]{0,1024}$/, 'expected visible ASCII'))
    .optional(),
  body: z.string().max(maxWireBody).optional(),
});

export const hookReplySchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z
        .literal('items')
        .describe('It is signed, and this is what it tells. The platform is answered after the commit'),
      items: wireItemsSchema,
      response: hookResponseSchema.optional().describe('Default: 200 without a body'),
    }),
    z.strictObject({ type: z.literal('refused').describe('Not signed by this platform: 401'), reason }),
    z.strictObject({
      type: z.literal('unreadable'),
      status: z.union([z.literal(400), z.literal(413), z.literal(415), z.literal(422)]),
      detail: z.string().max(500),
      pointer: z.string().max(500).optional(),
    }),
    z.strictObject({
      type: z.literal('response').describe('Nothing to take in: the answer to a set-up request'),
      response: hookResponseSchema,
    }),
  ])
  .meta({ id: 'ConnectorHookReply' });
export type WireHookReply = z.infer<typeof hookReplySchema>;

export const mediaRequestSchema = z
  .object({
    account: wireAccountSchema,
    reference: z.string().describe('Of an inbound media item'),
    offset: z.int().nonnegative().describe('Bytes that the gateway has already'),
    max_bytes: z.int().describe('A larger item is refused'),
  })
  .meta({ id: 'ConnectorMedia' });

export const mediaReplySchema = z
  .discriminatedUnion('ok', [
    z.strictObject({
      ok: z.literal(true),
      data: z.base64().describe('The bytes from `offset` on, at most 512 KiB of them'),
      total: z.int().nonnegative().max(maxWireMediaBytes).describe('Size of the whole item'),
      media_type: z.string().max(127).optional(),
      name: z.string().max(240).optional(),
    }),
    z.strictObject({ ok: z.literal(false), permanent: z.boolean(), reason }),
  ])
  .meta({ id: 'ConnectorMediaReply' });

/** About a send that ended uncertain. */
export const inquireRequestSchema = z
  .object({
    account: wireAccountSchema,
    message_id: z.string(),
    idempotency_key: z.string().describe('Of the send'),
    address: addressSchema,
    sent_at: z.iso.datetime(),
  })
  .meta({ id: 'ConnectorInquire' });
export const inquireReplySchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('sent').describe('The platform has it'),
      provider_ids: z.array(z.string().min(1).max(512)).max(100),
      state: z.enum(['sent', 'delivered']).optional(),
    }),
    z.strictObject({
      type: z
        .literal('absent')
        .describe('It never took it, and will not: it is sent again. Only if it is sure'),
    }),
    z.strictObject({ type: z.literal('unknown').describe('It cannot say, or cannot be asked now') }),
  ])
  .meta({ id: 'ConnectorInquireReply' });

/** Something that was sent is to be taken back, before the same goes another way. */
export const revokeRequestSchema = z
  .object({
    account: wireAccountSchema,
    message_id: z.string(),
    address: addressSchema,
    provider_ids: z.array(z.string()).min(1).max(500).describe('All that were given for it, in order'),
  })
  .meta({ id: 'ConnectorRevoke' });
export const revokeReplySchema = z
  .strictObject({
    outcome: z
      .enum(['revoked', 'too_late', 'unsupported'])
      .describe(
        'Gone from the thread, all of it; it stays, or nobody knows; the platform has no such thing for this',
      ),
  })
  .meta({ id: 'ConnectorRevokeReply' });

export const addressRequestSchema = z
  .object({ account: wireAccountSchema, address: addressSchema })
  .meta({ id: 'ConnectorAddress' });
export const addressReplySchema = z
  .strictObject({ address: addressSchema.optional().describe('Left out: none of this connector’s') })
  .meta({ id: 'ConnectorAddressReply' });
