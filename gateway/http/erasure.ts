import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import { idSchema } from '../../protocol/ids.ts';
import { personOf } from '../retention/erasures.ts';
import { exportOf } from '../retention/export.ts';
import type { ErasureRow } from '../store/port.ts';
import { invalid } from './invalid.ts';
import { answer, problems, timeOrNull } from './schemas.ts';
import type { Env, Services } from './services.ts';

const params = z.object({ id: idSchema('consumer') });
const tags = ['Consumers'];
const erasureSchema = z
  .object({
    consumer_id: z.string(),
    state: z.enum(['none', 'running', 'done']),
    messages: z.int().describe('Messages whose content went with it'),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
  })
  .meta({ id: 'Erasure' });

const routes = {
  export: createRoute({
    method: 'get',
    path: '/{id}/export',
    tags,
    summary: 'Everything known of a consumer, as JSON lines',
    description:
      'One object a line, by `type`: consumer, address, conversation, message (with signed links to media), consent. Of a consumer who was linked into another, that one is exported.',
    request: { params },
    responses: {
      200: { content: { 'application/x-ndjson': { schema: z.string() } }, description: 'The lines' },
      ...problems,
    },
  }),
  erase: createRoute({
    method: 'post',
    path: '/{id}/erasure',
    tags,
    summary: 'Erase a consumer',
    description:
      'Content, addresses, names and files go; ids, times, states and counts stay. Whatever waits to be sent to them is cancelled. Each address is kept as a keyed hash, so that sending to it is refused (`opted_out`) until they write again; an opt-out of before stands even then. `consumer.erased` says when it is done.',
    request: { params },
    responses: {
      202: answer(erasureSchema, 'Nobody is found by their addresses any more; the rest follows'),
      ...problems,
    },
  }),
  get: createRoute({
    method: 'get',
    path: '/{id}/erasure',
    tags,
    summary: 'How far the erasure of a consumer is',
    request: { params },
    responses: { 200: answer(erasureSchema, 'The erasure'), ...problems },
  }),
};

export function erasureRoutes({ store, view, erasures }: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const show = (consumerId: string, row: ErasureRow | undefined) => ({
    consumer_id: consumerId,
    state: row?.state ?? ('none' as const),
    messages: row?.messages ?? 0,
    started_at: timeOrNull(row?.createdAt ?? null),
    ended_at: timeOrNull(row?.endedAt ?? null),
  });
  app.openapi(routes.export, async (c) => {
    const { merchantId } = c.get('caller');
    const consumer = await personOf(store.read, merchantId, c.req.valid('param').id);
    c.header('content-type', 'application/x-ndjson');
    c.header('cache-control', 'no-store');
    c.header('content-disposition', `attachment; filename="${consumer.id}.ndjson"`);
    return stream(c, async (out) => {
      for await (const line of exportOf(store.read, view, consumer)) {
        if (out.aborted) return;
        await out.write(`${JSON.stringify(line)}\n`);
      }
    }) as never;
  });
  app.openapi(routes.erase, async (c) => {
    const { merchantId, keyId } = c.get('caller');
    const row = await erasures.erase({ merchantId, consumerId: c.req.valid('param').id, actor: keyId });
    return c.json(show(row.consumerId, row), 202);
  });
  app.openapi(routes.get, async (c) => {
    const consumer = await personOf(store.read, c.get('caller').merchantId, c.req.valid('param').id);
    return c.json(show(consumer.id, await store.read.erasures.byConsumer(consumer.id)), 200);
  });
  return app;
}
