import { z } from 'zod';
import { idSchema } from '../../protocol/ids.ts';
import { channelSchema } from '../../protocol/messages.ts';
import { criterionSchema } from './policy.ts';

const isDistinct = (list: readonly string[]) => new Set(list).size === list.length;

export const policySchema = z
  .array(criterionSchema)
  .min(1)
  .max(7)
  .refine(isDistinct, { message: 'names one twice' })
  .describe(
    'By what one channel goes before another, most important first. Default: preference, window_open, health, last_active, capability, consent, cost',
  );

/** How one send chooses its channel. */
export const routeSchema = z
  .strictObject({
    policy: policySchema.optional(),
    channels: z
      .array(channelSchema)
      .min(1)
      .max(20)
      .refine(isDistinct, { message: 'names one twice' })
      .optional()
      .describe('These only, the most preferred first'),
    exclude: z
      .array(z.union([channelSchema, idSchema('account')]))
      .max(50)
      .optional()
      .describe('Channels and accounts that are not to be used'),
  })
  .meta({ id: 'Route' });
export type RouteInput = z.infer<typeof routeSchema>;
