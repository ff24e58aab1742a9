import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { eventTypeSchema } from '../../protocol/events.ts';
import { idSchema } from '../../protocol/ids.ts';
import {
  changeEndpoint,
  createEndpoint,
  endpointOf,
  recoverEndpoint,
  removeEndpoint,
  rotateSecret,
} from '../webhooks/manage.ts';
import { invalid } from './invalid.ts';
import {
  answer,
  body,
  endpointSchema,
  endpointView,
  listOf,
  pageQuery,
  problems,
  timeOrNull,
  webhookDeliverySchema,
} from './schemas.ts';
import type { Env, Services } from './services.ts';

const params = z.object({ id: idSchema('endpoint') });
const tags = ['Webhook endpoints'];
const url = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .describe('Private addresses are refused when the connection is made');
const types = z
  .array(eventTypeSchema)
  .min(1)
  .nullable()
  .optional()
  .describe('Event types to send; null or left out: all');
const secret = z.object({
  secret: z.string().describe('Shown once: the `whsec_` secret of Standard Webhooks'),
});

const routes = {
  list: createRoute({
    method: 'get',
    path: '/',
    tags,
    summary: 'List webhook endpoints',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(endpointSchema), 'A page'), ...problems },
  }),
  create: createRoute({
    method: 'post',
    path: '/',
    tags,
    summary: 'Add a webhook endpoint',
    request: { body: body(z.strictObject({ url, types })) },
    responses: {
      201: answer(endpointSchema.extend(secret.shape), 'The endpoint, with its secret'),
      ...problems,
    },
  }),
  get: createRoute({
    method: 'get',
    path: '/{id}',
    tags,
    summary: 'Get a webhook endpoint',
    request: { params },
    responses: { 200: answer(endpointSchema, 'The endpoint'), ...problems },
  }),
  change: createRoute({
    method: 'patch',
    path: '/{id}',
    tags,
    summary: 'Change a webhook endpoint',
    request: {
      params,
      body: body(
        z.strictObject({ url: url.optional(), types, state: z.enum(['active', 'disabled']).optional() }),
      ),
    },
    responses: { 200: answer(endpointSchema, 'The endpoint'), ...problems },
  }),
  remove: createRoute({
    method: 'delete',
    path: '/{id}',
    tags,
    summary: 'Remove a webhook endpoint',
    request: { params },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
  rotate: createRoute({
    method: 'post',
    path: '/{id}/rotate',
    tags,
    summary: 'Make a new secret; the old one signs beside it for a day',
    request: { params },
    responses: { 200: answer(secret, 'The new secret'), ...problems },
  }),
  recover: createRoute({
    method: 'post',
    path: '/{id}/recover',
    tags,
    summary: 'Make it active again and send what it missed since a time',
    request: { params, body: body(z.strictObject({ since: z.iso.datetime({ offset: true }) })) },
    responses: { 202: answer(z.object({ waiting: z.int() }), 'How many events it will get'), ...problems },
  }),
  deliveries: createRoute({
    method: 'get',
    path: '/{id}/deliveries',
    tags,
    summary: 'The latest events of an endpoint and what became of them',
    request: { params },
    responses: {
      200: answer(z.object({ data: z.array(webhookDeliverySchema) }), 'The latest 100'),
      ...problems,
    },
  }),
};

export function endpointRoutes(services: Services): OpenAPIHono<Env> {
  const { store } = services;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(routes.list, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const rows = await store.read.webhooks.endpointsOf(c.get('caller').merchantId, cursor ?? '', limit + 1);
    const page = rows.slice(0, limit);
    const more = rows.length > limit;
    return c.json({ data: page.map(endpointView), has_more: more, next: more ? page.at(-1)!.id : null }, 200);
  });
  app.openapi(routes.create, async (c) => {
    const input = c.req.valid('json');
    const made = await createEndpoint(services, {
      merchantId: c.get('caller').merchantId,
      url: input.url,
      types: input.types ?? null,
    });
    return c.json({ ...endpointView(made.row), secret: made.secret }, 201);
  });
  app.openapi(routes.get, async (c) =>
    c.json(
      endpointView(await endpointOf(services, c.get('caller').merchantId, c.req.valid('param').id)),
      200,
    ),
  );
  app.openapi(routes.change, async (c) => {
    const of = { merchantId: c.get('caller').merchantId, id: c.req.valid('param').id };
    return c.json(endpointView(await changeEndpoint(services, of, c.req.valid('json'))), 200);
  });
  app.openapi(routes.remove, async (c) => {
    await removeEndpoint(services, c.get('caller').merchantId, c.req.valid('param').id);
    return c.body(null, 204);
  });
  app.openapi(routes.rotate, async (c) =>
    c.json(
      { secret: await rotateSecret(services, c.get('caller').merchantId, c.req.valid('param').id) },
      200,
    ),
  );
  app.openapi(routes.recover, async (c) => {
    const of = { merchantId: c.get('caller').merchantId, id: c.req.valid('param').id };
    return c.json(
      { waiting: await recoverEndpoint(services, of, Date.parse(c.req.valid('json').since)) },
      202,
    );
  });
  app.openapi(routes.deliveries, async (c) => {
    const row = await endpointOf(services, c.get('caller').merchantId, c.req.valid('param').id);
    const rows = await store.read.webhooks.withEvent(row.id, 100);
    const data = rows.map(({ delivery, event }) => ({
      event_id: event.id,
      type: event.type,
      state: delivery.state,
      attempts: delivery.attempts,
      status: delivery.lastStatus,
      reason: delivery.lastReason,
      next_attempt_at: timeOrNull(delivery.nextAttemptAt),
    }));
    return c.json({ data }, 200);
  });
  return app;
}
