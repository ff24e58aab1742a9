import { z } from 'zod';
import { addressSchema } from '../address.ts';
import { contentSchema } from '../content.ts';
import { deliveryStateSchema } from '../delivery.ts';
import { idSchema } from '../ids.ts';
import { answerSchema } from '../messages.ts';
import { providerIdSchema } from './items.ts';

/** What was said with one address on one account: for platforms that give no ids to tell a repeat by, and for live clients. */
export const threadRequestSchema = z
  .strictObject({
    account_id: idSchema('account'),
    address: addressSchema,
    after: z.int().nonnegative().describe('Only what has a higher sequence'),
    limit: z.int().positive().max(200),
  })
  .meta({ id: 'ConnectorThread' });

const entrySchema = z.object({
  message_id: idSchema('message'),
  sequence: z.int().describe('Place in the conversation; gaps are messages on other channels'),
  direction: z.enum(['inbound', 'outbound']),
  content: contentSchema,
  payloads: z.array(z.string()).optional().describe('Outbound only: payloads of what can be pressed'),
  state: deliveryStateSchema.optional().describe('Outbound only'),
  provider_id: providerIdSchema.optional().describe('Inbound only'),
  answer: answerSchema.optional().describe('Inbound only: which question it answered'),
  at: z.iso.datetime(),
});

export const threadReplySchema = z
  .object({
    entries: z
      .array(entrySchema)
      .describe(
        'Oldest first; fewer than asked for where more would not fit into one message, none only where there are none',
      ),
    more: z.boolean().describe('There are further ones'),
  })
  .meta({ id: 'ConnectorThreadReply' });
export type WireThread = z.infer<typeof threadReplySchema>;
