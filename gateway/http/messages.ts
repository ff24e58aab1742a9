import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { contentSchema, languageSchema } from '../../protocol/content.ts';
import { idSchema } from '../../protocol/ids.ts';
import { chainViews } from '../fallback/view.ts';
import { cancelMessage } from '../messages/cancel.ts';
import { previewFor } from '../messages/preview.ts';
import { previewRoute } from '../messages/preview-route.ts';
import { hashBody, sendSchema, transliterateSchema } from '../messages/send.ts';
import { traceOf } from '../messages/trace.ts';
import { messageView } from '../messages/view.ts';
import { Refusal } from '../problems.ts';
import { routeSchema } from '../routing/request.ts';
import type { MessageRow } from '../store/port.ts';
import { invalid } from './invalid.ts';
import {
  answer,
  body,
  listOf,
  messageSchema,
  pageQuery,
  previewSchema,
  problems,
  traceSchema,
} from './schemas.ts';
import type { Env, Services } from './services.ts';

const idParam = z.object({ id: idSchema('message') });
const tags = ['Messages'];

const sendRoute = createRoute({
  method: 'post',
  path: '/',
  tags,
  summary: 'Send a message',
  request: {
    body: body(sendSchema),
  },
  // read by hand: to check them as a schema, every header of the request would be copied
  parameters: [
    {
      in: 'header',
      name: 'idempotency-key',
      schema: { type: 'string', minLength: 1, maxLength: 256 },
      description: 'Repeat with the same key and body: one message, the same answer. Kept 72 hours.',
    },
    {
      in: 'header',
      name: 'traceparent',
      schema: { type: 'string' },
      description: 'W3C Trace Context; travels along to events',
    },
  ],
  responses: { 202: answer(messageSchema, 'Accepted; it survives power loss from here on'), ...problems },
});

const listRoute = createRoute({
  method: 'get',
  path: '/',
  tags,
  summary: 'List messages, newest first',
  request: { query: pageQuery },
  responses: { 200: answer(listOf(messageSchema), 'A page'), ...problems },
});

const showRoute = createRoute({
  method: 'post',
  path: '/preview',
  tags,
  summary: 'Show a message as each channel would',
  request: {
    body: body(
      z.strictObject({
        content: contentSchema,
        accounts: z.array(idSchema('account')).max(50).optional(),
        language: languageSchema.optional(),
        transliterate: transliterateSchema,
        strict: z.boolean().optional().describe('Say where a send with `strict` would be refused'),
        to: z
          .string()
          .min(1)
          .max(512)
          .optional()
          .describe('As in a send: also say which channel would be chosen now, and why'),
        from: idSchema('account').optional().describe('With `to`, as in a send'),
        route: routeSchema.optional().describe('With `to`, as in a send'),
      }),
    ),
  },
  responses: { 200: answer(previewSchema, 'Parts and losses, one entry per account'), ...problems },
});

const getRoute = createRoute({
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'Get a message and its state',
  request: { params: idParam },
  responses: { 200: answer(messageSchema, 'The message'), ...problems },
});

const traceRoute = createRoute({
  method: 'get',
  path: '/{id}/trace',
  tags,
  summary: 'Everything that happened to a message, in order, with reasons',
  request: { params: idParam },
  responses: { 200: answer(traceSchema, 'The trace'), ...problems },
});

const cancelRoute = createRoute({
  method: 'post',
  path: '/{id}/cancel',
  tags,
  summary: 'Take a message back that has not gone out',
  description:
    'And its fallbacks that are still to come, also where the message itself has gone out or is on its way: it then keeps its state, which the answer tells.',
  request: { params: idParam },
  responses: {
    200: answer(messageSchema, 'The message: cancelled, or with its fallbacks ended'),
    ...problems,
  },
});

/** draft-ietf-httpapi-idempotency-key-header; its limit is ours. */
function idempotencyKey(c: Context<Env>): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key !== undefined && (key === '' || key.length > 256)) {
    const detail = 'has between 1 and 256 characters';
    throw new Refusal('invalid_request', `Idempotency-Key ${detail}.`, {
      errors: [{ pointer: '#header/idempotency-key', detail }],
    });
  }
  return key;
}

const validTraceparent = (value: string | undefined) =>
  value && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : undefined;

export function messageRoutes(services: Services): OpenAPIHono<Env> {
  const { store, view } = services;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const own = async (merchantId: string, id: string): Promise<MessageRow> => {
    const row = await store.read.messages.byId(id);
    if (!row || row.merchantId !== merchantId) throw new Refusal('not_found', `There is no message ${id}.`);
    return row;
  };
  const viewsOf = async (rows: MessageRow[]) => {
    const deliveries = new Map(
      (await store.read.deliveries.byMessages(rows.map(({ id }) => id))).map((one) => [one.messageId, one]),
    );
    const chains = await chainViews(store.read, rows);
    return rows.map((row) => messageView(row, deliveries.get(row.id), view, chains.get(row.id)));
  };

  app.openapi(sendRoute, async (c) => {
    const { merchantId, test } = c.get('caller');
    const key = idempotencyKey(c);
    const result = await services.send({
      merchantId,
      test,
      input: c.req.valid('json'),
      idempotency: key === undefined ? undefined : { key, bodyHash: hashBody(c.get('rawBody')) },
      traceparent: validTraceparent(c.req.header('traceparent')),
    });
    return c.body(result.body, result.status, {
      'content-type': 'application/json',
      ...(result.replayed ? { 'idempotent-replayed': 'true' } : {}),
    }) as never;
  });

  app.openapi(showRoute, async (c) => {
    const { to, from, route, ...shown } = c.req.valid('json');
    const { merchantId, test } = c.get('caller');
    const { content, accounts, language, transliterate, strict } = shown;
    const asked = { merchantId, content, accounts, language, transliterate, strict };
    await services.remote.learn(merchantId, content);
    const data = await previewFor(services, asked);
    if (to === undefined) return c.json({ data }, 200);
    const request = { merchantId, test, to, from, route };
    return c.json({ data, route: await previewRoute(services, { request, ...asked }) }, 200);
  });

  app.openapi(listRoute, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const rows = await store.read.messages.of(c.get('caller').merchantId, cursor ?? 'z', limit + 1);
    const page = rows.slice(0, limit);
    return c.json(
      {
        data: await viewsOf(page),
        has_more: rows.length > limit,
        next: rows.length > limit ? page.at(-1)!.id : null,
      },
      200,
    );
  });

  app.openapi(getRoute, async (c) => {
    const row = await own(c.get('caller').merchantId, c.req.valid('param').id);
    return c.json((await viewsOf([row]))[0]!, 200);
  });

  app.openapi(traceRoute, async (c) => {
    const row = await own(c.get('caller').merchantId, c.req.valid('param').id);
    return c.json({ message_id: row.id, entries: await traceOf(store.read, row.id) }, 200);
  });

  app.openapi(cancelRoute, async (c) => {
    const { merchantId } = c.get('caller');
    const { id } = c.req.valid('param');
    await cancelMessage(services, { merchantId, messageId: id });
    return c.json((await viewsOf([await own(merchantId, id)]))[0]!, 200);
  });
  return app;
}
