import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { Refusal } from '../problems.ts';
import { changeRetention, retentionOf } from '../retention/settings.ts';
import type { RetentionDays } from '../retention/settings.ts';
import { invalid } from './invalid.ts';
import { answer, body, merchantSchema, merchantView, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const days = z.int().min(1).max(36_500).nullable();
const daysSchema = z
  .object({
    content: days.describe('What messages say, with their questions, metadata and subjects. Default null'),
    events: days.describe('Events with what they tell: the stream and replays reach back so far. Default 90'),
    media: days.describe('Files, counted from when they came or were sent last. Default null'),
  })
  .meta({
    id: 'RetentionDays',
    description:
      'Days; null keeps them for good. Ids, times, states, channels and counts stay. What a webhook or a send still waits for goes after that.',
  });
const merchantWithRetention = merchantSchema
  .extend({ retention_days: daysSchema })
  .meta({ id: 'MerchantWithRetention' });
const params = z.object({ merchant: idSchema('merchant') });
const common = { tags: ['Operators'], security: [{ operator: [] }] };

const routes = {
  get: createRoute({
    ...common,
    method: 'get',
    path: '/merchants/{merchant}',
    summary: 'A merchant, and how long its things are kept',
    request: { params },
    responses: { 200: answer(merchantWithRetention, 'The merchant'), ...problems },
  }),
  change: createRoute({
    ...common,
    method: 'patch',
    path: '/merchants/{merchant}',
    summary: 'Change how long a merchant’s things are kept',
    request: {
      params,
      body: body(
        z.strictObject({
          retention_days: z.strictObject({
            content: days.optional(),
            events: days.optional(),
            media: days.optional(),
          }),
        }),
      ),
    },
    responses: { 200: answer(merchantWithRetention, 'The merchant'), ...problems },
  }),
};

export function retentionRoutes(services: Services): OpenAPIHono<Env> {
  const { read } = services.store;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const view = async (id: string, retention: RetentionDays) => {
    const row = await read.merchants.byId(id);
    if (!row) throw new Refusal('not_found', `There is no merchant ${id}.`);
    return { ...merchantView(row), retention_days: retention };
  };
  app.openapi(routes.get, async (c) => {
    const { merchant } = c.req.valid('param');
    return c.json(await view(merchant, await retentionOf(read, merchant)), 200);
  });
  app.openapi(routes.change, async (c) => {
    const { merchant } = c.req.valid('param');
    const changed = await changeRetention(services, merchant, c.req.valid('json').retention_days);
    return c.json(await view(merchant, changed), 200);
  });
  return app;
}
