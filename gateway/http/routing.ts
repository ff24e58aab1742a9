import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { changeRouting, routingOf, routingSchema } from '../routing/defaults.ts';
import { invalid } from './invalid.ts';
import { answer, body, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const tags = ['Messages'];

const routes = {
  get: createRoute({
    method: 'get',
    path: '/',
    tags,
    summary: 'How your messages find their channel, unless a send says otherwise',
    responses: {
      200: answer(routingSchema, 'What you set; what is left out is the gateway’s default'),
      ...problems,
    },
  }),
  put: createRoute({
    method: 'put',
    path: '/',
    tags,
    summary: 'Set how your messages find their channel',
    description: 'Replaces all of it. Holds for what is sent from now on.',
    request: { body: body(routingSchema) },
    responses: { 200: answer(routingSchema, 'As it is now'), ...problems },
  }),
};

export function routingRoutes({ store }: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(routes.get, async (c) => c.json(await routingOf(store, c.get('caller').merchantId), 200));
  app.openapi(routes.put, async (c) => {
    const { merchantId } = c.get('caller');
    await changeRouting(store, merchantId, c.req.valid('json'));
    return c.json(await routingOf(store, merchantId), 200);
  });
  return app;
}
