import { z } from 'zod';
import { idSchema } from '../ids.ts';

/** An account as its connector sees it. It stands in every call of the gateway, so that a connector need not remember any. */
export const wireAccountSchema = z
  .object({
    id: idSchema('account'),
    merchant_id: idSchema('merchant'),
    test: z.boolean().describe('The merchant marked it as a test account'),
    config: z.record(z.string(), z.unknown()).describe('By the config schema of the manifest'),
    credentials: z.record(z.string(), z.unknown()).describe('By the credentials schema. Never log it'),
    hook_url: z
      .string()
      .describe(
        'Where the platform calls: https://host/hooks/{connector}/{account}, sub-paths are the connector’s',
      ),
    saved: z
      .boolean()
      .optional()
      .describe(
        'It is saved as it stands here: credentials that are good once may be spent, and `renew` keeps what comes instead. Left out or false: it is only tried',
      ),
  })
  .meta({ id: 'ConnectorAccount' });
export type WireAccount = z.infer<typeof wireAccountSchema>;

export const accountsRequestSchema = z.strictObject({
  id: idSchema('account').optional().describe('Only this one'),
  after: idSchema('account').optional().describe('`next` of the page before'),
});

export const accountsReplySchema = z.object({
  accounts: z.array(wireAccountSchema),
  next: idSchema('account').optional().describe('There is more: ask again with it as `after`'),
});
