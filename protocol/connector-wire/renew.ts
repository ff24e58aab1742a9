import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { fieldErrorSchema } from './presence.ts';

const field = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,63}$/, 'expected a name of letters, digits and _');
const fields = z
  .record(field, z.string().min(1).max(16_384))
  .refine((of) => Object.keys(of).length <= 16, 'expected at most 16 fields');

/** Credentials that are good once were spent, and others came instead: they are sealed with the account. */
export const renewRequestSchema = z
  .strictObject({
    account_id: idSchema('account'),
    spent: fields.describe(
      'The same fields as they were, but those that were not set: nothing is kept where they are others by now',
    ),
    credentials: fields
      .refine((of) => Object.keys(of).length > 0, 'expected a field')
      .describe('What the platform gave instead, by the credentials schema of the manifest. Never log it'),
  })
  .meta({ id: 'ConnectorRenew' });

export const renewReplySchema = z
  .discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true).describe('They survive power loss, and stand in every call from now on'),
    }),
    z.object({
      ok: z.literal(false),
      code: z
        .enum(['unknown_account', 'superseded', 'invalid', 'overloaded', 'internal'])
        .describe('`superseded`: the merchant gave others meanwhile. The last two pass: try again'),
      detail: z.string(),
      retry_after_ms: z.int().optional(),
      errors: z.array(fieldErrorSchema).optional(),
    }),
  ])
  .meta({ id: 'ConnectorRenewed' });
export type WireRenewReply = z.infer<typeof renewReplySchema>;
