import { z } from 'zod';
import { contentSchema } from '../../protocol/content.ts';
import { channelSchema } from '../../protocol/messages.ts';

export const defaultAfterSeconds = 300;
const maxAfterSeconds = 604_800;

const stepSchema = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .describe('An address, a consumer id or a conversation id; left out: the same consumer'),
    channel: channelSchema.optional().describe('By this channel only'),
    after: z
      .int()
      .min(1)
      .max(maxAfterSeconds)
      .optional()
      .describe(
        `Seconds that the way before has, from \`send_at\` or now, or from when it was taken; default ${defaultAfterSeconds}`,
      ),
    until: z
      .enum(['sent', 'delivered', 'read'])
      .optional()
      .describe(
        'What it has to reach in that time; a channel without such receipts never does. Default "sent", with which nothing arrives twice',
      ),
    content: contentSchema
      .refine(({ kind }) => kind !== 'typing' && kind !== 'read', {
        message: 'is a signal, not a message',
        path: ['kind'],
      })
      .optional()
      .describe("Left out: the message's own"),
    even_if_uncertain: z
      .boolean()
      .optional()
      .describe(
        'Also while nobody knows whether the way before worked: it may then arrive twice. Default false: only once that is known, or given up after 24 hours',
      ),
  })
  .meta({ id: 'FallbackStep' });

export const fallbackSchema = z
  .union([
    z
      .boolean()
      .describe(
        "True: the ways to the consumer that the policy puts next, one after the other, each after 300 seconds in which the one before wasn't sent",
      ),
    z.array(stepSchema).min(1).max(10),
  ])
  .describe(
    'What to do where the message fails, or has not got far enough in time. Each way is a message of its own (`fallback_of`), in order, until one gets there or `valid_for` is over. What went out before is taken back where the channel can',
  );
export type FallbackInput = z.infer<typeof fallbackSchema>;
