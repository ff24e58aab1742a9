import { createRoute, z } from '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { traceOf } from '../messages/trace.ts';
import { Refusal } from '../problems.ts';
import { recoverEndpoint } from '../webhooks/manage.ts';
import {
  answer,
  body,
  endpointSchema,
  endpointView,
  ofOperators,
  problems,
  time,
  traceSchema,
} from './schemas.ts';
import type { Env, Services } from './services.ts';

const depthSchema = z.object({ depth: z.int(), oldest_at: z.string().nullable() });
const watch = {
  backlog: createRoute({
    method: 'get',
    path: '/backlog',
    ...ofOperators,
    summary: 'What waits, and since when: events, sends by account, webhooks by endpoint, bus durables',
    responses: {
      200: answer(
        z.object({
          events: depthSchema,
          sends: z.array(depthSchema.extend({ account_id: z.string(), merchant_id: z.string() })),
          webhooks: z.array(depthSchema.extend({ endpoint_id: z.string(), state: z.string() })),
          bus: z.record(z.string(), z.int()),
        }),
        'The backlog',
      ),
      401: problems[401],
    },
  }),
  dead: createRoute({
    method: 'get',
    path: '/dead-letters',
    ...ofOperators,
    summary: 'Failed deliveries (the latest 100) and endpoints with events given up',
    responses: {
      200: answer(
        z.object({
          deliveries: z.array(
            z.object({
              message_id: z.string(),
              merchant_id: z.string(),
              account_id: z.string(),
              failure: z.unknown(),
              attempts: z.int(),
              at: z.string(),
            }),
          ),
          webhooks: z.array(depthSchema.extend({ endpoint_id: z.string() })),
        }),
        'Dead letters',
      ),
      401: problems[401],
    },
  }),
  replay: createRoute({
    method: 'post',
    path: '/replay',
    ...ofOperators,
    summary: 'Send an endpoint what it missed since a time',
    request: {
      body: body(
        z.strictObject({ endpoint_id: idSchema('endpoint'), since: z.iso.datetime({ offset: true }) }),
      ),
    },
    responses: {
      202: answer(z.object({ waiting: z.int(), endpoint: endpointSchema }), 'How many events it will get'),
      ...problems,
    },
  }),
  trace: createRoute({
    method: 'get',
    path: '/messages/{id}/trace',
    ...ofOperators,
    summary: 'The trace of any message, without content',
    request: { params: z.object({ id: idSchema('message') }) },
    responses: { 200: answer(traceSchema, 'The trace'), ...problems },
  }),
  audit: createRoute({
    method: 'get',
    path: '/audit',
    ...ofOperators,
    summary: 'What operators did (the latest 200)',
    responses: {
      200: answer(
        z.object({
          data: z.array(
            z.object({ at: z.string(), actor: z.string(), action: z.string(), subject: z.string() }),
          ),
        }),
        'The audit',
      ),
      401: problems[401],
    },
  }),
};

export function watchRoutes(app: OpenAPIHono<Env>, services: Services): void {
  const { store, clock, bus } = services;
  const { read } = store;
  const depth = ({ depth: count, oldestAt }: { depth: number; oldestAt: number | null }) => ({
    depth: count,
    oldest_at: oldestAt === null ? null : time(oldestAt),
  });
  app.openapi(watch.backlog, async (c) => {
    const [events, sends, webhooks, durables] = await Promise.all([
      read.events.unsettledCount(),
      read.deliveries.backlog(),
      read.webhooks.backlog(),
      bus.depths().catch(() => ({})),
    ]);
    return c.json(
      {
        events: depth(events),
        sends: sends.map((row) => ({
          account_id: row.accountId,
          merchant_id: row.merchantId,
          ...depth(row),
        })),
        webhooks: webhooks.map((row) => ({ endpoint_id: row.endpointId, state: row.state, ...depth(row) })),
        bus: durables,
      },
      200,
    );
  });
  app.openapi(watch.dead, async (c) => {
    const [failed, webhooks] = await Promise.all([read.deliveries.failed(100), read.webhooks.backlog()]);
    return c.json(
      {
        deliveries: failed.map((row) => ({
          message_id: row.messageId,
          merchant_id: row.merchantId,
          account_id: row.accountId,
          failure: row.failure,
          attempts: row.attempts,
          at: time(row.updatedAt),
        })),
        webhooks: webhooks
          .filter((row) => row.state === 'dead')
          .map((row) => ({ endpoint_id: row.endpointId, ...depth(row) })),
      },
      200,
    );
  });
  app.openapi(watch.replay, async (c) => {
    const { endpoint_id: id, since } = c.req.valid('json');
    const endpoint = await read.webhooks.endpoint(id);
    if (!endpoint) throw new Refusal('not_found', `There is no webhook endpoint ${id}.`);
    const waiting = await recoverEndpoint(
      services,
      { merchantId: endpoint.merchantId, id },
      Date.parse(since),
    );
    await store.write((tx) =>
      tx.trace.insertAudit({ at: clock.now(), actor: 'operator', action: 'endpoint.replayed', subject: id }),
    );
    return c.json({ waiting, endpoint: endpointView((await read.webhooks.endpoint(id))!) }, 202);
  });
  app.openapi(watch.trace, async (c) => {
    const { id } = c.req.valid('param');
    const entries = await traceOf(read, id);
    if (entries.length === 0) throw new Refusal('not_found', `There is no message ${id}.`);
    return c.json({ message_id: id, entries }, 200);
  });
  app.openapi(watch.audit, async (c) =>
    c.json(
      {
        data: (await read.trace.audit(200)).map((row) => ({
          at: time(row.at),
          actor: row.actor,
          action: row.action,
          subject: row.subject,
        })),
      },
      200,
    ),
  );
}
