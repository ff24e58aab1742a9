import { z } from 'zod';
import { idSchema } from '../../protocol/ids.ts';
import { channelSchema } from '../../protocol/messages.ts';
import type { Store } from '../store/port.ts';
import { policySchema } from './request.ts';

/** What a merchant wants for every send that doesn't say otherwise. */
export const routingSchema = z
  .strictObject({
    policy: policySchema.optional(),
    prefer: z
      .array(channelSchema)
      .max(20)
      .optional()
      .describe('Channels, the most preferred first; others remain possible'),
    costs: z
      .record(z.union([channelSchema, idSchema('account')]), z.number().min(0).max(1_000_000))
      .refine((costs) => Object.keys(costs).length <= 200, { message: 'at most 200 entries' })
      .optional()
      .describe('What a message costs, by channel or by account, which goes first. One unit for all'),
    fallback: z
      .boolean()
      .optional()
      .describe('True: sends that name no `fallback` take the ways that the policy puts next. Default false'),
  })
  .meta({ id: 'Routing' });
export type Routing = z.infer<typeof routingSchema>;

export const routingOf = async ({ read }: Store, merchantId: string): Promise<Routing> =>
  routingSchema.parse((await read.routing.defaults(merchantId)) ?? {});

/** Replaces all of it. Holds for what is sent from now on. */
export async function changeRouting(store: Store, merchantId: string, to: Routing): Promise<void> {
  const defaults = Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined));
  await store.write((tx) => tx.routing.putDefaults(merchantId, defaults));
}
