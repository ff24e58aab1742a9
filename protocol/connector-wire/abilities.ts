import { z } from 'zod';
import { addressSchema } from '../address.ts';
import { contentSchema, languageSchema } from '../content.ts';
import { messageTemplateSchema } from '../templates.ts';
import { wireAccountSchema } from './account.ts';
import { wireFailureSchema } from './items.ts';
import { maxWireTemplates } from './limits.ts';
import { wireCapabilitiesSchema } from './wire-names.ts';

/** What the gateway asks of a platform through its connector, beside sends. Requests may gain fields; replies are strict. */

const detail = z.string().max(500).describe('For people, without secrets');
const personOf = z.object({ account: wireAccountSchema, address: addressSchema });
const accountOnly = z.object({ account: wireAccountSchema });

export const probeRequestSchema = accountOnly.meta({ id: 'ConnectorProbe' });
export const probeReplySchema = z
  .strictObject({
    ok: z.boolean(),
    detail: detail.optional(),
    expires_at: z.iso
      .datetime({ offset: true })
      .nullable()
      .optional()
      .describe(
        'When the credentials end, RFC 3339; null: the platform says that they don’t. Left out: it said nothing of it',
      ),
    fields: z
      .array(
        z
          .string()
          .max(200)
          .regex(/^(?:config|credentials)(?:\.[A-Za-z0-9_]+)*$/),
      )
      .max(16)
      .optional()
      .describe('What is wrong, where it is not ok: credentials.token. Left out: any of the credentials'),
  })
  .meta({ id: 'ConnectorProbeReply' });

/** The platform is to call `account.hook_url` from now on, or not any more. The same twice must do no harm. */
export const setupRequestSchema = accountOnly.meta({ id: 'ConnectorSetup' });
export const setupReplySchema = z
  .strictObject({ ok: z.boolean(), detail: detail.optional() })
  .meta({ id: 'ConnectorSetupReply' });

export const reachRequestSchema = personOf.meta({ id: 'ConnectorReach' });
export const reachReplySchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('yes').describe('It would take a message for this address') }),
    z.strictObject({
      type: z.literal('no').describe('It is sure that it would not. Never for what is the account’s trouble'),
      failure: wireFailureSchema,
    }),
    z.strictObject({ type: z.literal('unknown').describe('It cannot say, or cannot be asked now') }),
  ])
  .meta({ id: 'ConnectorReachReply' });

export const profileRequestSchema = personOf.meta({ id: 'ConnectorProfile' });
export const profileReplySchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('found'),
      name: z.string().min(1).max(256).describe('As the person shows it'),
      language: languageSchema.optional(),
    }),
    z.strictObject({
      type: z.literal('none').describe('It tells this account nothing of them; asked again after a day'),
    }),
    z.strictObject({ type: z.literal('unknown').describe('It cannot be asked now') }),
  ])
  .meta({ id: 'ConnectorProfileReply' });

export const templatesRequestSchema = z
  .object({
    account: wireAccountSchema,
    offset: z
      .int()
      .nonnegative()
      .describe('Templates that the gateway has already: 0, or `next` of the reply before'),
  })
  .meta({ id: 'ConnectorTemplates' });
export const templatesReplySchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('listed'),
      templates: z
        .array(messageTemplateSchema)
        .max(maxWireTemplates)
        .describe('From `offset` on, in the platform’s order, as many as one message takes'),
      next: z.int().positive().optional().describe('There are more here: ask again with it as `offset`'),
      more: z.boolean().optional().describe('The platform has more than are given'),
    }),
    z.strictObject({
      type: z.literal('unset').describe('The account lacks what the platform asks for; nobody was asked'),
      fields: z.array(z.string().min(1).max(200)).min(1).max(16).describe('config.business_id'),
    }),
    z.strictObject({
      type: z.literal('failed'),
      failure: wireFailureSchema,
      retry_after_ms: z.int().nonnegative().max(86_400_000).optional(),
    }),
  ])
  .meta({ id: 'ConnectorTemplatesReply' });

/** A question without an account: the same content under the same configuration has one answer, which is kept. */
export const capabilitiesRequestSchema = z
  .object({
    config: z.record(z.string(), z.unknown()).describe('Of an account, by the config schema of the manifest'),
    content: contentSchema.describe(
      'As the merchant gave it; what the gateway knows of its media is left out',
    ),
  })
  .meta({ id: 'ConnectorCapabilities' });
export const capabilitiesReplySchema = z
  .strictObject({
    capabilities: wireCapabilitiesSchema
      .optional()
      .describe(
        'What such an account carries of this content, never less than the manifest says. Left out: the same',
      ),
  })
  .meta({ id: 'ConnectorCapabilitiesReply' });
