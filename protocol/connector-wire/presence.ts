import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { wireManifestSchema } from './manifest.ts';

/** One process that serves the connector; several may, and share the calls between them. */
export const instanceIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'expected 8 to 64 letters, digits, _ and -; another one for each start');

/** `manifest` stays unread until `protocol` is known to be one that the gateway speaks. */
export const registerHeadSchema = z.looseObject({ protocol: z.int(), instance: instanceIdSchema });

export const registerRequestSchema = z
  .strictObject({
    protocol: z.literal(1).describe('Version of this wire'),
    instance: instanceIdSchema,
    manifest: wireManifestSchema,
  })
  .meta({ id: 'ConnectorRegister' });

/** Why a registration is refused. All are for a person to mend but `unavailable`, which passes. */
export const refusalCodes = [
  'unsupported_protocol',
  'invalid',
  'name_mismatch',
  'not_listed',
  'unavailable',
] as const;

export const fieldErrorSchema = z.object({
  pointer: z.string().describe('JSON pointer into the request'),
  detail: z.string(),
});

export const registerReplySchema = z
  .discriminatedUnion('accepted', [
    z.object({
      accepted: z.literal(true),
      heartbeat_ms: z.int().describe('Register again, with the same instance, this often'),
      active: z
        .boolean()
        .describe(
          'This instance, and no other, keeps what may exist once per account: polls, held connections',
        ),
      unusable_accounts: z
        .array(z.string())
        .optional()
        .describe('Accounts whose configuration or credentials the manifest’s schemas refuse'),
    }),
    z.object({
      accepted: z.literal(false),
      code: z.enum(refusalCodes),
      detail: z.string(),
      errors: z.array(fieldErrorSchema).optional(),
    }),
  ])
  .meta({ id: 'ConnectorRegistered' });

export const leaveSchema = z.strictObject({ instance: instanceIdSchema }).meta({ id: 'ConnectorLeave' });

/** Told to every instance; what it is about is asked for. A type that an instance doesn't know is of no concern to it. */
export const noticeSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('account_changed'), account_id: idSchema('account') }),
    z.object({ type: z.literal('account_removed'), account_id: idSchema('account') }),
    z.object({ type: z.literal('active_changed'), instance: z.string() }),
    z.object({ type: z.literal('gateway_started') }),
  ])
  .meta({ id: 'ConnectorNotice' });
export type WireNotice = z.infer<typeof noticeSchema>;
